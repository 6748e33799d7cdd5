import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import { isKey } from './z85.js';

/** What a client may do: `read` gets batches and figures, `control` changes live settings too. */
export type Role = 'read' | 'control';

export const ROLES: readonly Role[] = ['read', 'control'];

/** A client that may connect. */
export interface AllowedKey {
  readonly key: string;
  readonly role: Role;
  readonly name: string;
}

/**
 * Reads an allow-list: a line `ROLE KEY NAME` a client, `#` begins a comment. Lines that are none of that are told and left out, so
 * that a slip of the pen shuts one client out and not all.
 */
export function parseAllowList(text: string, onBad: (line: number) => void = () => {}): AllowedKey[] {
  return text.split('\n').flatMap((line, i): AllowedKey[] => {
    const trimmed = line.trim();
    // Not where a # stands within: it is a digit of keys.
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [role = '', key = '', ...name] = trimmed.split(/\s+/);
    if (!(ROLES as readonly string[]).includes(role) || !isKey(key)) {
      onBad(i + 1);
      return [];
    }
    return [{ key, role: role as Role, name: name.join(' ') }];
  });
}

/** Who may connect, as a file says at the moment of asking. */
export interface AllowList {
  /** The role of a key, or undefined where it is not allowed. */
  roleOf(key: string): Role | undefined;
}

/**
 * An allow-list that is read again whenever its file has changed. A file that can't be read allows nobody.
 *
 * @param logger told of lines that are left out, and of a file that can't be read
 */
export function watchAllowList(path: string, logger: Logger): AllowList {
  let stamp = '';
  let roles = new Map<string, Role>();
  const refresh = (): void => {
    let now = 'missing';
    try {
      const { mtimeMs, size, ino } = statSync(path);
      now = `${mtimeMs} ${size} ${ino}`;
      if (now === stamp) return;
      const bad = (line: number): void =>
        logger.warn(`${path}, line ${line}: not "read KEY NAME" or "control KEY NAME"; left out`, coded('ALLOW_LIST_LINE'));
      roles = new Map(parseAllowList(readFileSync(path, 'utf8'), bad).map(({ key, role }) => [key, role]));
    } catch (error) {
      if (now !== stamp)
        logger.error(`${path} can't be read, so nobody may connect: ${messageOf(error)}`, coded('CONFIG_INVALID'));
      roles = new Map();
    }
    stamp = now;
  };
  return {
    roleOf(key) {
      refresh();
      return roles.get(key);
    },
  };
}
