import { shortNumber } from '../format.js';
import type { HistoryData } from '../stream/history-data.js';

/** One line or area of a chart. */
export interface Series {
  readonly name: string;
  /** CSS variable of its colour. */
  readonly colour: string;
  readonly filled?: boolean;
  readonly dashed?: boolean;
  readonly stepped?: boolean;
  /** Values to draw. */
  readonly drawn: (history: HistoryData) => readonly (number | null)[];
  /** Values to name, where those drawn are stacked. */
  readonly named?: (history: HistoryData) => readonly (number | null)[];
}

/** A chart over time. */
export interface ChartKind {
  readonly title: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** How values stand at the axis; default `format`. */
  readonly axisFormat?: (value: number) => string;
  /** Fixed range of the values; default from 0 to the largest. */
  readonly range?: readonly [number, number];
}

/** Columns added up, element by element; null where all are. Pure. */
export function sumColumns(columns: readonly (readonly (number | null)[])[]): (number | null)[] {
  return (columns[0] ?? []).map((_, k) => {
    const values = columns.map((column) => column[k] ?? null);
    return values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  });
}

/** The four charts of the page. Stacked areas are drawn from the highest down, each over the one before. */
export const CHART_KINDS: readonly ChartKind[] = [
  {
    title: 'Samples a second',
    format: shortNumber,
    series: [
      {
        name: 'replayed',
        colour: '--replayed',
        filled: true,
        drawn: (h) => sumColumns([h.column('real'), h.column('fresh'), h.column('replayed')]),
        named: (h) => h.column('replayed'),
      },
      {
        name: 'fresh',
        colour: '--fresh',
        filled: true,
        drawn: (h) => sumColumns([h.column('real'), h.column('fresh')]),
        named: (h) => h.column('fresh'),
      },
      { name: 'real', colour: '--real', filled: true, drawn: (h) => h.column('real') },
    ],
  },
  {
    title: 'Ratio',
    format: (value) => value.toFixed(3),
    axisFormat: (value) => value.toFixed(1),
    range: [0, 1],
    series: [
      { name: 'achieved', colour: '--fresh', drawn: (h) => h.column('achieved') },
      { name: 'target', colour: '--ink', dashed: true, stepped: true, drawn: (h) => h.column('target') },
    ],
  },
  {
    title: 'Time of a batch, ms',
    format: shortNumber,
    series: [
      { name: '95 %', colour: '--wait', drawn: (h) => h.column('waitP95Ms') },
      { name: 'median', colour: '--real', drawn: (h) => h.column('waitP50Ms') },
    ],
  },
  {
    title: 'Rejected by the gate',
    format: (value) => `${(100 * value).toFixed(0)} %`,
    range: [0, 1],
    series: [{ name: 'share of clips', colour: '--refused', drawn: (h) => h.column('rejectRate') }],
  },
];
