import type { WholeState } from '../stream/messages.js';

/** Where the last change of the ratio stands, in words. Pure. */
export function effectText({ lastChanges, stats, settings }: Pick<WholeState, 'lastChanges' | 'stats' | 'settings'>): string {
  const change = lastChanges.ratio;
  if (!change) return '';
  const isBuilt = Number(stats['mix.batches'] ?? 0) > change.effectiveSeq;
  const where = `batch ${change.effectiveSeq.toLocaleString('en')}`;
  return `${settings.ratio} ${isBuilt ? `since ${where}` : `from the next, ${where}`}; by ${change.by}`;
}
