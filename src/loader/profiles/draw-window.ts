import type { Random } from '../../core/random.js';
import type { Planes } from '../transforms/planes.js';

export interface WindowOptions {
  /** Frames of the stored sequence, with the zeros behind the clip. */
  readonly stored: number;
  /** Frames of a sample. */
  readonly window: number;
  /** Frame of the sequence that the clip begins at. */
  readonly begin?: number;
  /** Put the clip at a random place of the sequence first. */
  readonly shift: boolean;
  /** Cut the window at a random place, or put a sequence that is shorter at one. */
  readonly choose: boolean;
}

/**
 * Frame of the sample that the clip's first frame comes to, negative where the window begins behind it.
 *
 * Source: `random_shift`, `random_choose` and `auto_pading` of ST-GCN's feeder.
 */
export function drawWindow(random: Random, { T }: Pick<Planes, 'T'>, options: WindowOptions): number {
  const { stored, window, begin = 0, shift, choose } = options;
  const length = Math.max(stored, begin + T);
  const at = shift ? random.int(length - T + 1) : begin;
  if (!choose) return at;
  return window > length ? at + random.int(window - length + 1) : at - random.int(length - window + 1);
}
