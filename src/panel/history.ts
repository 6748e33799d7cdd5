import { HISTORY_FIELDS, type HistoryField, type HistoryPoint } from './history-point.js';

/** Steps that are kept: 30 minutes of one second each. */
export const HISTORY_STEPS = 1800;

/** Marks that are kept; fewer than 30 minutes of them only where more than these came. */
const MAX_MARKS = 500;

/** Something that happened, to be drawn into charts. */
export interface Mark {
  /** ms since the Unix epoch. */
  readonly t: number;
  readonly kind: 'setting' | 'joined' | 'left' | 'silent' | 'back' | 'error';
  readonly text: string;
}

/** Points as columns of equal length, `t` ascending; a missing value is null. */
export type HistoryColumns = Readonly<Record<HistoryField, readonly (number | null)[]>> & { readonly t: readonly number[] };

/** The last 30 minutes of a stream. */
export interface History {
  add(point: HistoryPoint): void;
  mark(mark: Mark): void;
  /** The points from a time on; default all. */
  columns(fromMs?: number): HistoryColumns;
  /** The marks from a time on, oldest first; default all. */
  marks(fromMs?: number): Mark[];
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * An empty history, whose memory is fixed: a ring of `steps` points, and at most 500 marks.
 */
export function createHistory(steps = HISTORY_STEPS): History {
  const width = HISTORY_FIELDS.length + 1;
  const ring = new Float64Array(steps * width);
  const marks: Mark[] = [];
  let count = 0;

  return {
    add(point) {
      const at = (count++ % steps) * width;
      ring[at] = point.t;
      for (const [k, field] of HISTORY_FIELDS.entries()) ring[at + k + 1] = point[field] ?? Number.NaN;
    },
    mark(mark) {
      marks.push(mark);
      if (marks.length > MAX_MARKS) marks.shift();
    },
    columns(fromMs = 0) {
      const places: number[] = [];
      for (let k = Math.max(0, count - steps); k < count; k++) {
        const at = (k % steps) * width;
        if (ring[at]! >= fromMs) places.push(at);
      }
      const column = (offset: number) =>
        places.map((at) => (Number.isNaN(ring[at + offset]!) ? null : round(ring[at + offset]!)));
      const fields = HISTORY_FIELDS.map((field, k) => [field, column(k + 1)]);
      return { t: places.map((at) => ring[at]!), ...Object.fromEntries(fields) } as HistoryColumns;
    },
    marks: (fromMs = 0) => marks.filter(({ t }) => t >= fromMs),
  };
}
