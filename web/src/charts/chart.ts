import uPlot from 'uplot';
import { element } from '../element.js';
import { clockTime } from '../format.js';
import { firstFrom, type HistoryData } from '../stream/history-data.js';
import type { Mark } from '../stream/messages.js';
import type { ChartKind, Series } from './chart-kinds.js';

/** A chart on the page. */
export interface Chart {
  readonly box: HTMLElement;
  /** Draws a window of the history, times in ms. */
  draw(history: HistoryData, fromMs: number, toMs: number): void;
  /** Takes the page's colours again. */
  recolour(): void;
}

const colourOf = (variable: string): string => getComputedStyle(document.documentElement).getPropertyValue(variable).trim();

/** Draws vertical lines where something happened. */
function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const [from, to] = [plot.scales.x?.min ?? 0, plot.scales.x?.max ?? 0];
  ctx.save();
  ctx.lineWidth = 1;
  for (const { t, kind } of marks) {
    if (t / 1000 < from || t / 1000 > to) continue;
    ctx.strokeStyle = colourOf(kind === 'error' ? '--refused' : kind === 'setting' ? '--ink' : '--quiet');
    ctx.globalAlpha = kind === 'setting' || kind === 'error' ? 0.55 : 0.35;
    ctx.setLineDash(kind === 'setting' ? [] : [3, 3]);
    const x = Math.round(plot.valToPos(t / 1000, 'x', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Times of day; none at the left edge, where it would run into the axis of the values. */
function timeLabels(plot: uPlot, ticks: readonly number[]): string[] {
  const left = plot.valToPos(ticks[0] ?? 0, 'x');
  const isClose = left < 24;
  const seconds = ticks.length > 1 && ticks[1]! - ticks[0]! < 60;
  return ticks.map((tick, k) => (k === 0 && isClose ? '' : clockTime(1000 * tick).slice(0, seconds ? 8 : 5)));
}

function uplotSeries({ name, colour, filled, dashed, stepped }: Series): uPlot.Series {
  const line = colourOf(colour);
  return {
    label: name,
    stroke: line,
    width: filled ? 0 : 1.5,
    points: { show: false },
    spanGaps: false,
    ...(filled ? { fill: line } : {}),
    ...(dashed ? { dash: [5, 4] } : {}),
    ...(stepped ? { paths: uPlot.paths.stepped?.({ align: -1 }) } : {}),
  } as uPlot.Series;
}

/**
 * A chart of a kind, without data.
 * @param onPoint called with the time under the pointer, ms, or null when it leaves
 * @param sync charts of one key share their pointer
 * @param showsTime whether times stand below it
 */
export function createChart(kind: ChartKind, sync: string, onPoint: (t: number | null) => void, showsTime: boolean): Chart {
  const legend = element('span', { class: 'legend' });
  const stage = element('div', { class: 'plot' });
  const box = element(
    'figure',
    { class: 'chart', role: 'img' },
    element('figcaption', {}, element('b', {}, kind.title), legend),
    stage,
  );
  let plot: uPlot | undefined;
  let history: HistoryData | undefined;
  let from = 0;
  let window: [number, number] = [0, 0];
  let pointed: number | null = null;

  const nameValues = (): void => {
    if (!history) return;
    const k = pointed === null ? history.t.length - 1 : from + pointed;
    const words = [...kind.series].reverse().map((series) => {
      const value = (series.named ?? series.drawn)(history!)[k] ?? null;
      return { series, text: `${series.name} ${value === null ? '-' : kind.format(value)}` };
    });
    legend.replaceChildren(
      ...words.map(({ series, text }) => {
        const key = element('i', { class: 'key' });
        key.style.background = `var(${series.colour})`;
        return element('span', {}, key, text);
      }),
    );
    if (pointed === null) box.setAttribute('aria-label', `${kind.title}: ${words.map(({ text }) => text).join(', ')}`);
  };

  const build = (): void => {
    plot?.destroy();
    const quiet = colourOf('--quiet');
    const grid = { stroke: colourOf('--line'), width: 1 };
    const axis: uPlot.Axis = { stroke: quiet, grid, ticks: { show: false }, font: '10px system-ui, sans-serif' };
    const spread = (low: number, high: number): [number, number] => [low, high];
    plot = new uPlot(
      {
        width: Math.max(80, stage.clientWidth),
        height: Math.max(60, stage.clientHeight),
        legend: { show: false },
        padding: [6, 8, 0, 0],
        cursor: { sync: { key: sync }, drag: { x: false, y: false }, points: { show: false }, y: false },
        scales: {
          x: { time: true, range: () => spread(window[0] / 1000, window[1] / 1000) },
          y: { range: (_plot, _low, high) => (kind.range ? spread(kind.range[0], kind.range[1]) : spread(0, (high || 1) * 1.1)) },
        },
        axes: [
          {
            ...axis,
            size: showsTime ? 18 : 4,
            space: 80,
            gap: 4,
            values: (own, ticks) => (showsTime ? timeLabels(own, ticks) : ticks.map(() => '')),
          },
          {
            ...axis,
            size: 40,
            space: 26,
            gap: 3,
            values: (_plot, ticks) => ticks.map((tick) => (kind.axisFormat ?? kind.format)(tick)),
          },
        ],
        series: [{}, ...kind.series.map(uplotSeries)],
        hooks: {
          draw: [(own) => drawMarks(own, history?.marks ?? [])],
          setCursor: [
            (own) => {
              pointed = own.cursor.idx ?? null;
              nameValues();
              onPoint(pointed === null ? null : (history?.t[from + pointed] ?? null));
            },
          ],
        },
      },
      [[], ...kind.series.map(() => [])] as unknown as uPlot.AlignedData,
      stage,
    );
    fill();
  };
  const fill = (): void => {
    if (!plot || !history) return;
    from = firstFrom(history.t, window[0]);
    const x = history.t.slice(from).map((t) => t / 1000);
    const columns = kind.series.map(({ drawn }) => drawn(history!).slice(from));
    plot.setData([x, ...columns] as uPlot.AlignedData);
    nameValues();
  };
  new ResizeObserver(() => {
    if (!plot) build();
    else plot.setSize({ width: Math.max(80, stage.clientWidth), height: Math.max(60, stage.clientHeight) });
  }).observe(stage);

  return {
    box,
    draw(given, fromMs, toMs) {
      history = given;
      window = [fromMs, toMs];
      fill();
    },
    recolour() {
      if (plot) build();
    },
  };
}
