/** One figure of a bench, beside what it is compared with. */
export interface Row {
  readonly name: string;
  /** Ours: the median of the turns. */
  readonly value: number;
  readonly unit: string;
  /** The median of the baseline's turns, in the same unit; null where there is nothing to compare with. */
  readonly baseline: number | null;
  /** Median over the pairs of turns of ours / baseline; null without a baseline. */
  readonly ratio: number | null;
  readonly better: 'higher' | 'lower';
  /** The ratio that was asked for, for whoever reads; a bench judges nothing. Null where none was. */
  readonly bar: number | null;
}

/** How a bench is to run. */
export interface BenchOptions {
  /** A first look, below 50 seconds: less work a turn, the same number of turns. */
  readonly quick: boolean;
  /** A checkout of PYSKL, for those that compare with it. */
  readonly pyskl?: string;
  /** Says what is going on; not a part of the result. */
  readonly log: (line: string) => void;
}

/** What a file `bench/NAME.ts` exports as its default. */
export type Bench = (options: BenchOptions) => Promise<Row[]>;
