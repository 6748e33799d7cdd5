import { HISTORY_FIELDS, type HistoryField } from '../../../src/panel/history-point.js';
import type { HistoryAnswer, HistoryPoint, Mark } from './messages.js';

/** Time that is kept, as long as the server keeps it. */
const KEPT_MS = 30 * 60_000;

/** Columns over time, which charts are drawn from. */
export interface HistoryData {
  /** Takes the server's history in place of what is here; later points that came meanwhile stay. */
  load(answer: HistoryAnswer): void;
  /** Adds a point; one that is not later than the last is left out. */
  add(point: HistoryPoint): void;
  mark(mark: Mark): void;
  /** Times in ms, ascending. */
  readonly t: readonly number[];
  column(field: HistoryField): readonly (number | null)[];
  readonly marks: readonly Mark[];
}

/** Where the times from `fromMs` on begin. */
export function firstFrom(t: readonly number[], fromMs: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (t[middle]! < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A history without points. */
export function createHistoryData(): HistoryData {
  let t: number[] = [];
  let columns = Object.fromEntries(HISTORY_FIELDS.map((field) => [field, [] as (number | null)[]])) as Record<
    HistoryField,
    (number | null)[]
  >;
  let marks: Mark[] = [];

  const add = (point: HistoryPoint): void => {
    if (t.length > 0 && point.t <= t[t.length - 1]!) return;
    t.push(point.t);
    for (const field of HISTORY_FIELDS) columns[field].push(point[field]);
    const old = firstFrom(t, point.t - KEPT_MS);
    // In larger steps: shifting arrays at every point would cost more than a few points too many.
    if (old < 60) return;
    t.splice(0, old);
    for (const field of HISTORY_FIELDS) columns[field].splice(0, old);
    marks = marks.filter((mark) => mark.t >= t[0]!);
  };

  return {
    load(answer) {
      const later = t.map((time, k) => ({ time, k })).filter(({ time }) => time > (answer.columns.t.at(-1) ?? 0));
      const before = columns;
      const seenMarks = marks.filter((mark) => mark.t > (answer.marks.at(-1)?.t ?? 0));
      t = [...answer.columns.t];
      columns = Object.fromEntries(HISTORY_FIELDS.map((field) => [field, [...answer.columns[field]]])) as typeof columns;
      for (const { time, k } of later) {
        const values = Object.fromEntries(HISTORY_FIELDS.map((field) => [field, before[field][k] ?? null]));
        add({ t: time, ...values } as HistoryPoint);
      }
      marks = [...answer.marks, ...seenMarks];
    },
    add,
    mark: (mark) => void marks.push(mark),
    get t() {
      return t;
    },
    column: (field) => columns[field],
    get marks() {
      return marks;
    },
  };
}
