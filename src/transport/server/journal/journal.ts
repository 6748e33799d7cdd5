import { closeSync, fsyncSync, ftruncateSync, writeSync } from 'node:fs';
import { messageOf, TransportError } from '../../../core/errors.js';
import { coded } from '../../../core/log-codes.js';
import type { Logger } from '../../../core/logger.js';
import type { LiveSettings } from '../../../core/source.js';
import { applyLine, type JournalChange, type JournalContent, type JournalLine } from './journal-content.js';

/** Which stream a journal is of. */
export interface JournalIdentity {
  readonly configHash: string;
  /** Settings that the stream begins with. */
  readonly settings: LiveSettings;
}

/** The memory of a server on disk. */
export interface Journal {
  /** What it held when it was opened; undefined where it is new. */
  readonly found: JournalContent | undefined;
  /**
   * Appends a change, and returns when the disk has it.
   * @throws TransportError REFUSED where it can't be written; the file is as before
   */
  change(change: JournalChange): void;
  /** Appends that a batch was processed. Survives the end of the process, not of the machine. Never throws. */
  processed(key: string, seq: number): void;
  /** As `processed`, for a group that goes on elsewhere. */
  moved(key: string, seq: number): void;
  /** How many entries could not be written. */
  readonly lost: number;
  close(): void;
}

/** Calls of the system that a journal makes; tests make them fail. */
export interface JournalDisk {
  write(fd: number, text: Buffer): number;
  sync(fd: number): void;
}

const DISK: JournalDisk = { write: (fd, text) => writeSync(fd, text), sync: (fd) => fsyncSync(fd) };

/** What an open file needs to go on as a journal. */
export interface AppendOptions {
  readonly path: string;
  readonly fd: number;
  /** Length of the file. */
  readonly bytes: number;
  readonly content: JournalContent;
  readonly found: boolean;
  readonly logger: Logger;
  /** Longest that the file may grow before it is written anew, shorter. */
  readonly maxBytes: number;
  /** Writes the file anew; gives the new descriptor and length. */
  readonly rewrite: (content: JournalContent) => { fd: number; bytes: number };
  readonly disk?: JournalDisk;
}

/** Appends lines to an open file. One process writes it. */
export class AppendedJournal implements Journal {
  readonly found: JournalContent | undefined;
  lost = 0;
  private fd: number;
  private bytes: number;
  private readonly content: JournalContent;
  private readonly disk: JournalDisk;
  private limit: number;

  constructor(private readonly options: AppendOptions) {
    const { content, found } = options;
    this.fd = options.fd;
    this.bytes = options.bytes;
    this.disk = options.disk ?? DISK;
    this.content = content;
    this.limit = options.maxBytes;
    this.found = found ? content : undefined;
  }

  change(change: JournalChange): void {
    try {
      this.append({ c: change });
      this.disk.sync(this.fd);
    } catch (cause) {
      this.undo();
      throw new TransportError(
        'REFUSED',
        `${change.key} was not changed, since ${this.options.path} can't be written (${messageOf(cause)}): free some space, or start ` +
          'with another --journal folder; the stream goes on as it was',
        { cause, details: { path: this.options.path, field: change.key } },
      );
    }
    this.content.changes.push(change);
    this.shorten();
  }

  processed(key: string, seq: number): void {
    this.note({ p: [key, seq] });
  }

  moved(key: string, seq: number): void {
    this.note({ m: [key, seq] });
  }

  close(): void {
    if (this.fd < 0) return;
    try {
      this.disk.sync(this.fd);
    } catch (error) {
      this.options.logger.warn(
        `${this.options.path} could not be brought to the disk: ${messageOf(error)}`,
        coded('JOURNAL_NOT_SYNCED'),
      );
    }
    closeSync(this.fd);
    this.fd = -1;
  }

  private note(line: JournalLine): void {
    if (this.fd < 0) return;
    try {
      this.append(line);
    } catch (error) {
      if (this.lost++ === 0)
        this.options.logger.error(
          `${this.options.path} can't be written (${messageOf(error)}): the stream goes on, but after a restart of the server batches ` +
            'from here on would come again',
          coded('JOURNAL_NOT_WRITTEN'),
        );
      this.undo();
      return;
    }
    applyLine(this.content, line);
    this.shorten();
  }

  private append(line: JournalLine): void {
    const text = Buffer.from(`${JSON.stringify(line)}\n`);
    let written = 0;
    // A full disk takes a part of the line first.
    while (written < text.length) written += this.disk.write(this.fd, text.subarray(written));
    this.bytes += text.length;
  }

  /** Cuts off what was written of a line that failed. */
  private undo(): void {
    try {
      ftruncateSync(this.fd, this.bytes);
    } catch {
      // Not a regular file; a torn line is left out by whoever reads it.
    }
  }

  private shorten(): void {
    if (this.bytes < this.limit) return;
    try {
      const { fd, bytes } = this.options.rewrite(this.content);
      closeSync(this.fd);
      this.fd = fd;
      this.bytes = bytes;
      // Where much must be kept, not at every line.
      this.limit = Math.max(this.options.maxBytes, 2 * bytes);
    } catch (error) {
      this.limit *= 2;
      this.options.logger.warn(
        `${this.options.path} could not be shortened: ${messageOf(error)}`,
        coded('JOURNAL_NOT_SHORTENED'),
      );
    }
  }
}
