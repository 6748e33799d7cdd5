import type { Phase } from './profile.js';
import type { ProfileArgs } from './profile-args.js';

/**
 * `p_interval`, the share of the frames that is cropped: a pair to draw between for training (0.5, 1), one share for a test (0.95). A
 * pair in a test is that of the training and gives way to the one share, since tests draw nothing.
 */
export function trainOrTest(args: ProfileArgs, phase: Phase): readonly number[] {
  if (phase === 'train') return args.shares('p_interval', [0.5, 1]);
  const given = args.given.p_interval;
  return Array.isArray(given) && given.length > 1 ? args.never('p_interval', [0.95]) : args.shares('p_interval', [0.95]);
}
