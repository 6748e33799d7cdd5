import type { Sample } from '../core/sample.js';
import type { SyntheticSource } from '../core/source.js';

/**
 * What a synthetic slot gets where no fresh sample of its class is ready.
 * - `replay` (default): one that was handed out before, each at most as often as the source allows (`maxReuse`); where none may
 *   be, the batch waits for a fresh one. The ratio is kept exactly and reuse is bounded.
 * - `real`: a replay as above; where none may be, a real sample of the substitute cycle. Never waits; the achieved ratio falls
 *   below the target, and shows it.
 * - `wait`: the batch waits for a fresh one. The ratio is kept exactly and nothing is handed out twice.
 */
export type ShortagePolicy = 'replay' | 'real' | 'wait';

/** Every shortage policy, for configuration. */
export const SHORTAGE_POLICIES: readonly ShortagePolicy[] = ['replay', 'real', 'wait'];

/** The synthetic sample that a slot may have at once under the policy, or undefined. Fresh ones always come first. */
export function takeSynthetic(source: SyntheticSource, policy: ShortagePolicy, label: number): Sample | undefined {
  return source.takeFresh(label) ?? (policy === 'wait' ? undefined : source.takeReplay(label));
}
