import type { WholeState } from '../stream/messages.js';

/** The ratio that is asked for now: where there is a schedule, what that has come to. Pure. */
export function targetOf({ settings, stats }: Pick<WholeState, 'settings' | 'stats'>): number {
  return settings.schedule ? Number(stats['mix.target'] ?? settings.ratio) : settings.ratio;
}
