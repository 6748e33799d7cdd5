import type { WholeState } from '../stream/messages.js';

/** Where the last change of the ratio, or the schedule in its place, stands, in words. Pure. */
export function effectText({ lastChanges, stats, settings }: Pick<WholeState, 'lastChanges' | 'stats' | 'settings'>): string {
  const change = settings.schedule ? lastChanges.schedule : lastChanges.ratio;
  if (!change) return settings.schedule ? `${settings.schedule.kind} schedule` : '';
  const isBuilt = Number(stats['mix.batches'] ?? 0) > change.effectiveSeq;
  const where = `batch ${change.effectiveSeq.toLocaleString('en')}`;
  const what = settings.schedule ? `${settings.schedule.kind} schedule` : String(settings.ratio);
  return `${what} ${isBuilt ? `since ${where}` : `from the next, ${where}`}; by ${change.by}`;
}
