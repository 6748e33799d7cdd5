import {
  ConfigError,
  DataError,
  type ErrorCode,
  InternalError,
  ModelError,
  messageOf,
  SkelmixError,
  TransportError,
} from './errors.js';

/** An error as plain data, for a message between threads. */
export interface PackedError {
  readonly class: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly stack: string | undefined;
}

const CLASSES = { ConfigError, DataError, ModelError, TransportError } as const;

/** Packs anything that was thrown; what is no SkelmixError becomes an InternalError. */
export function packError(error: unknown): PackedError {
  const known = error instanceof SkelmixError ? error : new InternalError(messageOf(error), { cause: error });
  return {
    class: known.name,
    code: known.code,
    message: known.message,
    details: known.details,
    stack: error instanceof Error ? error.stack : known.stack,
  };
}

/** The error again, of the same class, with the stack of the thread that it comes from. */
export function unpackError(packed: PackedError): SkelmixError {
  const Class = CLASSES[packed.class as keyof typeof CLASSES];
  const error = Class
    ? new Class(packed.code, packed.message, { details: packed.details })
    : new InternalError(packed.message, { details: packed.details });
  if (packed.stack) error.stack = packed.stack;
  return error;
}
