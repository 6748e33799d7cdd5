import { ERROR_CODES } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/** Warnings and errors that are kept. */
export const KEPT_ENTRIES = 100;

/** A warning or an error that was logged. */
export interface LogEntry {
  /** ms since the Unix epoch. */
  readonly t: number;
  readonly level: 'warn' | 'error';
  /** Stable code of the error behind it, null where none is known. */
  readonly code: string | null;
  readonly message: string;
}

/** A logger that passes everything on and keeps the last 100 warnings and errors. */
export interface LogTap {
  readonly logger: Logger;
  /** The oldest first. */
  readonly entries: readonly LogEntry[];
  /** Calls the listener at every warning and error; returns the way to stop that. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);

/** The code among a message's fields, else one that stands in its text. */
function codeOf(message: string, fields?: Readonly<Record<string, unknown>>): string | null {
  if (typeof fields?.code === 'string') return fields.code;
  return message.match(/\b[A-Z][A-Z_]{2,}\b/g)?.find((word) => CODES.has(word)) ?? null;
}

/** A tap on the given logger. */
export function createLogTap(logger: Logger): LogTap {
  const entries: LogEntry[] = [];
  const listeners = new Set<(entry: LogEntry) => void>();
  const at =
    (level: LogEntry['level']) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      logger[level](message, fields);
      const entry = { t: Date.now(), level, code: codeOf(message, fields), message };
      entries.push(entry);
      if (entries.length > KEPT_ENTRIES) entries.shift();
      for (const listener of listeners) listener(entry);
    };
  return {
    logger: {
      debug: (message, fields) => logger.debug(message, fields),
      info: (message, fields) => logger.info(message, fields),
      warn: at('warn'),
      error: at('error'),
    },
    get entries() {
      return entries;
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
