import type { Change } from '../../core/source.js';
import { ChangeLogDigest } from '../protocol/index.js';

/** The changes that a group saw, each with the first batch under it, and the digest of every beginning of the log. */
export class ChangeLog {
  private readonly digest = new ChangeLogDigest();
  private readonly revisions = new Map<string, number>([[this.digest.hex, 0]]);
  private readonly hashes: string[] = [this.digest.hex];
  private readonly entries: Change[] = [];

  get changes(): readonly Change[] {
    return this.entries;
  }

  get rev(): number {
    return this.entries.length;
  }

  /** Digest of the whole log. */
  get hash(): string {
    return this.digest.hex;
  }

  append(change: Change): void {
    this.entries.push(change);
    this.digest.add(change);
    this.hashes.push(this.digest.hex);
    this.revisions.set(this.digest.hex, change.rev);
  }

  /** Digest of the log at a revision that it had. */
  hashAt(rev: number): string {
    return this.hashes[rev]!;
  }

  /** The revision that this digest was the log's at, or undefined where the log never had it. */
  revOf(hash: string): number | undefined {
    return this.revisions.get(hash);
  }
}
