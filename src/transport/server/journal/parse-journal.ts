import { ConfigError } from '../../../core/errors.js';
import { applyLine, type JournalContent, type JournalHead, type JournalLine } from './journal-content.js';

/** A journal that was read. */
export interface ParsedJournal {
  readonly head: JournalHead;
  readonly content: JournalContent;
  /** Bytes behind the last whole line: the writer was killed in the middle of them. */
  readonly tornBytes: number;
}

const isPlace = (value: unknown): boolean =>
  Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1]) && value[1] >= 0;

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false;
  const { c, p, m, s } = value as Record<string, unknown>;
  if (c !== undefined) {
    const { rev, key, by, at } = c as Record<string, unknown>;
    return (
      Number.isSafeInteger(rev) && typeof key === 'string' && typeof by === 'string' && typeof at === 'object' && at !== null
    );
  }
  if (p !== undefined || m !== undefined) return isPlace(p ?? m);
  return isPlace(s) && Array.isArray((s as unknown[])[2]) && ((s as unknown[])[2] as unknown[]).every(Number.isSafeInteger);
}

function isHead(value: unknown): value is JournalHead {
  const head = value as Partial<JournalHead> | null;
  return head?.skelmixJournal === 1 && typeof head.configHash === 'string' && typeof head.settings === 'object';
}

/**
 * Reads a journal. A last line without its end is left out: whoever wrote it was killed before anybody was told of it.
 *
 * @param text the whole file
 * @param path for messages
 * @throws ConfigError CONFIG_INVALID with the line, where the file is no journal or was damaged elsewhere than at its end
 */
export function parseJournal(text: string, path: string): ParsedJournal {
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  const fail = (line: number, what: string): never => {
    throw new ConfigError(
      'CONFIG_INVALID',
      `${path}, line ${line}: ${what}; move the file away to begin anew, or name another folder with --journal`,
      { details: { path, line } },
    );
  };
  const values = lines.map((line, i): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      return fail(i + 1, `not a line of a journal: ${line.slice(0, 60)}`);
    }
  });
  const head = values[0];
  if (!isHead(head)) return fail(1, 'not the journal of a skelmix server');
  const content: JournalContent = { settings: head.settings, changes: [], progress: new Map() };
  for (const [i, value] of values.slice(1).entries()) {
    if (!isLine(value)) return fail(i + 2, `not an entry of a journal: ${lines[i + 1]!.slice(0, 60)}`);
    if ('c' in value && value.c.rev !== content.changes.length + 1)
      return fail(i + 2, `revision ${value.c.rev} can't follow revision ${content.changes.length}`);
    applyLine(content, value);
  }
  return { head, content, tornBytes: Buffer.byteLength(text.slice(end)) };
}
