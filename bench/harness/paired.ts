import type { Row } from './row.js';

/** One run of one side; gives the figure in the row's unit. */
export type Turn = () => number | Promise<number>;

export interface PairedOptions extends Pick<Row, 'name' | 'unit' | 'better'> {
  readonly ours: Turn;
  readonly baseline: Turn;
  /** Default null. */
  readonly bar?: number | null;
  /** Counted turns of each side, 5 or more. Default 5. */
  readonly turns?: number;
  /** Turns of each side before those that count. Default 1. */
  readonly warmUps?: number;
}

/** The middle value; the mean of the two middle ones of an even count. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Measures ours against a baseline in the same run. The sides take turns, and who goes first changes from pair to pair, so
 * that a machine that grows slower or busier harms both alike. Value and baseline are medians; the ratio is the median of
 * the ratios of the pairs, which noise that outlasts a pair does not touch.
 *
 * @throws RangeError below 5 turns: a median of less says nothing
 */
export async function paired(options: PairedOptions): Promise<Row> {
  const { name, unit, better, ours, baseline, bar = null, turns = 5, warmUps = 1 } = options;
  if (!(turns >= 5)) throw new RangeError(`bench row "${name}": expected 5 turns or more, got ${turns}`);
  const sides = { ours, baseline };
  const figures: { ours: number[]; baseline: number[] } = { ours: [], baseline: [] };
  for (let turn = -warmUps; turn < turns; turn++) {
    for (const side of turn % 2 === 0 ? (['baseline', 'ours'] as const) : (['ours', 'baseline'] as const)) {
      const figure = await sides[side]();
      if (turn >= 0) figures[side].push(figure);
    }
  }
  const ratios = figures.ours.map((figure, turn) => figure / figures.baseline[turn]!);
  return { name, value: median(figures.ours), unit, baseline: median(figures.baseline), ratio: median(ratios), better, bar };
}

/** Seconds that some work takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
