import { type ErrorCode, SkelmixError } from './errors.js';

/** Stable codes of warnings that no error stands behind. */
export const WARNING_CODES = [
  'ALLOW_LIST_LINE',
  'CLIENT_NOT_ALLOWED',
  'CLIENT_SENT_AWAY',
  'CLIPS_BAD',
  'CLIP_FLAWED',
  'CONFIG_DOUBTFUL',
  'DATA_SIMULATED',
  'ENGINE_FELL_BACK',
  'ENGINE_PASSED_OVER',
  'GATE_LET_THROUGH',
  'GENERATION_FAILED',
  'GENERATOR_RESTARTED',
  'GROUP_BEHIND',
  'JOURNAL_NOT_SHORTENED',
  'JOURNAL_NOT_SYNCED',
  'JOURNAL_NOT_WRITTEN',
  'JOURNAL_TORN',
  'MESSAGE_NOT_HANDLED',
  'MESSAGE_NOT_SENT',
  'MODEL_OTHER_CLIPS',
  'SERVER_RECONFIGURED',
  'SERVER_WITHOUT_JOURNAL',
  'STREAM_STALLED',
  'VARIATION_GAPS',
] as const;

/** What a log entry is known by: the code of the error behind it, or one of its own. */
export type LogCode = ErrorCode | (typeof WARNING_CODES)[number];

/** The fields of a log entry with its code. */
export function coded(code: LogCode, fields: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { ...fields, code };
}

/** The code of an error, `BUG` where it is none of skelmix' own. */
export function codeOfError(error: unknown): ErrorCode {
  return error instanceof SkelmixError ? error.code : 'BUG';
}
