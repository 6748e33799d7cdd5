import { escapeHtml } from './escape-html.js';

/** Values of one curve. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 240;
const MARGIN = { left: 44, right: 12, top: 10, bottom: 40 };

/** Shares of the values in each of `bins` equal parts of [0, high]; what lies above counts to the last part. */
export function binShares(values: readonly number[], high: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor((value / high) * bins)))]! += 1 / values.length;
  return counts;
}

/** A round number near a tenth, fifth or half of a power of ten: the step of an axis with about five marks. */
function niceStep(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 5));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => range / step <= 6)!;
}

/**
 * Step curves of several sets over one axis, as inline SVG with a legend; shares of each set, so that sets of different size can
 * be compared. The axis ends at the 99 % quantile of all values; what lies above stands in the last bin.
 */
export function histogram(series: readonly Series[], axis: string, bins = 36): string {
  const all = series
    .flatMap(({ values }) => values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (all.length === 0) return '';
  const high = all[Math.min(all.length - 1, Math.floor(0.99 * all.length))]! * 1.02 || 1;
  const shares = series.map(({ values }) => binShares(values.filter(Number.isFinite), high, bins));
  const most = shares.flat().reduce((largest, share) => Math.max(largest, share), 1e-9);
  const x = (value: number): number => MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * value) / high;
  const y = (share: number): number => HEIGHT - MARGIN.bottom - ((HEIGHT - MARGIN.top - MARGIN.bottom) * share) / most;
  const curves = shares.map((row, s) => {
    const steps = row.map((share, i) => `V${y(share).toFixed(1)}H${x(((i + 1) * high) / bins).toFixed(1)}`).join('');
    return `<path class="curve s${s % 6}" d="M${x(0).toFixed(1)} ${y(0).toFixed(1)}${steps}V${y(0).toFixed(1)}"><title>${escapeHtml(series[s]!.name)}</title></path>`;
  });
  const step = niceStep(high);
  const marks = Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step).map(
    (value) =>
      `<path class="axis" d="M${x(value).toFixed(1)} ${y(0)}v4"/><text x="${x(value).toFixed(1)}" y="${y(0) + 17}" text-anchor="middle">${Number(value.toPrecision(3))}</text>`,
  );
  const shareStep = niceStep(most);
  const lines = Array.from({ length: Math.floor(most / shareStep) + 1 }, (_, i) => i * shareStep).map(
    (share) =>
      `<path class="grid" d="M${MARGIN.left} ${y(share).toFixed(1)}H${WIDTH - MARGIN.right}"/><text x="${MARGIN.left - 6}" y="${(y(share) + 4).toFixed(1)}" text-anchor="end">${Math.round(100 * share)} %</text>`,
  );
  const legend = series.map(({ name }, s) => `<span><i class="key s${s % 6}"></i>${escapeHtml(name)}</span>`).join('');
  return (
    `<div class="legend">${legend}</div><svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(axis)}">` +
    `${lines.join('')}${curves.join('')}${marks.join('')}<text x="${(MARGIN.left + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeHtml(axis)}</text></svg>`
  );
}
