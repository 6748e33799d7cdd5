import { createHash } from 'node:crypto';
import type { Change } from '../../core/source.js';

/**
 * Names the choice of samples in a batch: the first 16 hex digits of SHA-256 over `seq\n` and `id label\n` for each sample.
 *
 * @param labels class numbers [N]
 */
export function batchDigest(seq: number, ids: readonly string[], labels: ArrayLike<number>): string {
  let text = `${seq}\n`;
  for (let i = 0; i < ids.length; i++) text += `${ids[i]} ${labels[i]}\n`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Running digest of the accepted changes: the first 16 hex digits of SHA-256 over `rev key value effectiveSeq\n` for each. */
export class ChangeLogDigest {
  private readonly hash = createHash('sha256');

  add(change: Change): void {
    this.hash.update(`${change.rev} ${change.key} ${JSON.stringify(change.value)} ${change.effectiveSeq}\n`);
  }

  get hex(): string {
    return this.hash.copy().digest('hex').slice(0, 16);
  }
}
