import { CommanderError } from 'commander';
import pc from 'picocolors';
import { type ErrorCode, messageOf, SkelmixError } from '../core/errors.js';

/** What to do about an error, where its message does not say it. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  CONFIG_INVALID: 'docs/configuration.md lists every setting with what it takes',
  CONFIG_FILE_MISSING: 'leave --config out to run without a file',
  DATA_PATH_MISSING: 'the data set is named as NAME:PATH; "skelmix inspect" shows what is read there',
  FORMAT_TRUNCATED: 'unpack or copy the file again, or leave bad files out with --loader-on-error skip',
  BACKEND_UNAVAILABLE: '"skelmix doctor" shows which engines work here',
  TIMEOUT: 'check that "skelmix serve" runs and that the endpoint is the one it prints',
  PEER_GONE: 'check that "skelmix serve" still runs',
};

/** An error as the program shows it, and the exit code that goes with it. */
export interface ErrorReport {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Exit code of an error that is none of ours: an internal one. */
const INTERNAL = 70;

/**
 * What to show for anything thrown. Wrong arguments (commander's errors) count as configuration errors; whatever is not a
 * `SkelmixError` is a defect and gets exit code 70.
 */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof CommanderError)
    return {
      exitCode: 2,
      code: 'CONFIG_INVALID',
      message: error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.+)\?\)$/s, '; did you mean $1?'),
      hint: '"skelmix --help" lists the commands, "skelmix COMMAND --help" their options',
    };
  if (error instanceof SkelmixError && error.code !== 'BUG')
    return { exitCode: error.exitCode, code: error.code, message: error.message, hint: HINTS[error.code] };
  return {
    exitCode: INTERNAL,
    code: 'BUG',
    message: messageOf(error),
    hint: 'this is a defect of skelmix; run it again with SKELMIX_DEBUG=1 for the stack, and report it',
  };
}

/** The block that a failed command prints. */
export function formatErrorReport(report: ErrorReport): string {
  const lines = [`${pc.red('error')} ${pc.bold(report.code)}`, ...report.message.split('\n').map((line) => `  ${line}`)];
  if (report.hint) lines.push(`  ${pc.dim('hint:')} ${report.hint}`);
  return lines.join('\n');
}
