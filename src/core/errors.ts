/** Stable error codes, one list for all of skelmix; the Python client mirrors them one to one. */
export const ERROR_CODES = [
  'CONFIG_INVALID',
  'CONFIG_FILE_MISSING',
  'CONFIG_CONFLICT',
  'DATA_PATH_MISSING',
  'FORMAT_TRUNCATED',
  'FORMAT_UNSUPPORTED',
  'LAYOUT_INVALID',
  'LAYOUT_MISMATCH',
  'CLIP_EMPTY',
  'CLIP_NOT_FINITE',
  'SPLIT_UNKNOWN',
  'TOO_MANY_BAD_FILES',
  'MODEL_MISSING',
  'MODEL_MISMATCH',
  'WEIGHTS_MISSING_TENSOR',
  'WEIGHTS_SHAPE',
  'SAMPLE_NOT_FINITE',
  'KERNEL_UNSUPPORTED',
  'BACKEND_UNAVAILABLE',
  'CHECKPOINT_INVALID',
  'PORT_IN_USE',
  'ADDRESS_INVALID',
  'PROTOCOL_VERSION',
  'PROTOCOL_MESSAGE',
  'AUTH_REFUSED',
  'TIMEOUT',
  'PEER_GONE',
  'REFUSED',
  'CLOSED',
  'BUG',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorOptions {
  /** The error underneath, if this one explains it. */
  readonly cause?: unknown;
  /** Values for programs: path, byteOffset, line, expected, got ... */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Base of every error that skelmix throws on purpose. The message says what failed, with which value, what was expected
 * and what to do; `code` is stable for programs; `exitCode` is what the CLI ends with.
 */
export class SkelmixError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly exitCode: number = 1;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** A setting is wrong, missing or contradicts another. Exit code 2. */
export class ConfigError extends SkelmixError {
  override readonly exitCode = 2;
}

/** A recording, layout or split can't be used. Exit code 3. */
export class DataError extends SkelmixError {
  override readonly exitCode = 3;
}

/** A model, its weights or the tensor engine can't be used. Exit code 4. */
export class ModelError extends SkelmixError {
  override readonly exitCode = 4;
}

/** The stream can't be opened, was refused or broke. Exit code 5. */
export class TransportError extends SkelmixError {
  override readonly exitCode = 5;
}

/** A defect of skelmix itself: please report it. Exit code 70. */
export class InternalError extends SkelmixError {
  override readonly exitCode = 70;

  constructor(message: string, options: ErrorOptions = {}) {
    super('BUG', message, options);
  }
}

/** The words of anything that was thrown, for use inside another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
