import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, messageOf } from '../../../core/errors.js';
import { coded } from '../../../core/log-codes.js';
import { type Logger, silentLogger } from '../../../core/logger.js';
import { AppendedJournal, type Journal, type JournalDisk, type JournalIdentity } from './journal.js';
import { type JournalContent, type JournalHead, linesOf } from './journal-content.js';
import { lockFolder } from './lock-folder.js';
import { parseJournal } from './parse-journal.js';

export interface OpenJournalOptions {
  readonly logger?: Logger;
  /** Size from which the file is written anew, shorter. Default 4 MiB. */
  readonly maxBytes?: number;
  /** For tests: calls of the system that may fail. */
  readonly disk?: JournalDisk;
}

const FILE = 'skelmix.journal';

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** Writes a journal under another name, then puts it in the place of the old one. */
function writeAnew(path: string, folder: string, head: JournalHead, content: JournalContent): { fd: number; bytes: number } {
  const text = Buffer.from([head, ...linesOf(content)].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const next = `${path}.next`;
  const fd = openSync(next, 'w', 0o600);
  try {
    for (let written = 0; written < text.length; ) written += writeSync(fd, text.subarray(written));
    fsyncSync(fd);
    renameSync(next, path);
  } catch (error) {
    closeSync(fd);
    rmSync(next, { force: true });
    throw error;
  }
  const folderFd = openSync(folder, 'r');
  fsyncSync(folderFd);
  closeSync(folderFd);
  return { fd, bytes: text.length };
}

/**
 * Opens the journal of a stream in a folder (made if need be, mode 0700), and reads what it holds: live changes and what was
 * processed. While it is open no other process can open it.
 *
 * @throws ConfigError CONFIG_INVALID (damaged, can't be written), CONFIG_CONFLICT (of another stream; open in another process)
 */
export function openJournal(folder: string, identity: JournalIdentity, options: OpenJournalOptions = {}): Journal {
  const { logger = silentLogger, maxBytes = 4 * 1024 * 1024 } = options;
  const path = join(folder, FILE);
  let unlock: () => void = () => {};
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    unlock = lockFolder(folder);
    const text = readText(path);
    const found = text.includes('\n') ? parseJournal(text, path) : undefined;
    if (found && found.head.configHash !== identity.configHash)
      throw new ConfigError(
        'CONFIG_CONFLICT',
        `${path} is of another stream (configuration ${found.head.configHash}, this one is ${identity.configHash}): start with the ` +
          'settings of before, or name another folder with --journal',
        { details: { path, got: identity.configHash, expected: found.head.configHash } },
      );
    if (found && found.tornBytes > 0) {
      logger.warn(`${path}: its last entry was not finished and is left out`, coded('JOURNAL_TORN'));
      truncateSync(path, Buffer.byteLength(text) - found.tornBytes);
    }
    const head = found?.head ?? { skelmixJournal: 1 as const, ...identity };
    const content = found?.content ?? { settings: identity.settings, changes: [], progress: new Map() };
    const rewrite = (now: JournalContent) => writeAnew(path, folder, head, now);
    const { fd, bytes } = rewrite(content);
    const journal = new AppendedJournal({
      path,
      fd,
      bytes,
      content,
      found: found !== undefined,
      logger,
      maxBytes,
      rewrite,
      ...(options.disk ? { disk: options.disk } : {}),
    });
    const close = journal.close.bind(journal);
    journal.close = () => {
      close();
      unlock();
    };
    return journal;
  } catch (error) {
    unlock();
    if (error instanceof ConfigError) throw error;
    throw new ConfigError('CONFIG_INVALID', `the journal ${path} can't be opened: ${messageOf(error)}`, {
      cause: error,
      details: { path },
    });
  }
}
