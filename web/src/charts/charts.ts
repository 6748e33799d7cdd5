import { byId } from '../by-id.js';
import { clockTime } from '../format.js';
import type { LiveStream } from '../stream/live-stream.js';
import { type Chart, createChart } from './chart.js';
import { CHART_KINDS } from './chart-kinds.js';

/** The charts of the page; `recolour` takes the page's colours again. */
export interface Charts {
  recolour(): void;
}

/** Charts with a window of 1, 5 or 30 minutes, which can be held still. */
export function bindCharts(stream: LiveStream): Charts {
  const line = byId('charts-mark');
  const hold = byId('charts-hold', HTMLButtonElement);
  const windows = [...byId('charts-window').querySelectorAll<HTMLButtonElement>('[data-minutes]')];
  let minutes = 5;
  let heldAt: number | null = null;

  /** The last mark up to a time, or of all. */
  const showMark = (t: number | null): void => {
    const { marks } = stream.history;
    const mark = t === null ? marks.at(-1) : marks.findLast((candidate) => candidate.t <= t + 1000);
    line.textContent = mark ? `${clockTime(mark.t)} ${mark.text}` : 'Nothing was changed yet.';
    line.title = line.textContent;
  };
  const charts: Chart[] = CHART_KINDS.map((kind, k) => createChart(kind, 'history', showMark, k === CHART_KINDS.length - 1));
  byId('charts-grid').replaceChildren(...charts.map(({ box }) => box));
  const draw = (): void => {
    const to = heldAt ?? stream.history.t.at(-1) ?? Date.now();
    for (const chart of charts) chart.draw(stream.history, to - minutes * 60_000, to);
  };
  for (const button of windows)
    button.addEventListener('click', () => {
      minutes = Number(button.dataset.minutes);
      for (const other of windows) other.setAttribute('aria-pressed', String(other === button));
      draw();
    });
  hold.addEventListener('click', () => {
    heldAt = heldAt === null ? (stream.history.t.at(-1) ?? Date.now()) : null;
    hold.setAttribute('aria-pressed', String(heldAt !== null));
    draw();
  });
  stream.on(['tick', 'history'], () => {
    if (heldAt === null) draw();
  });
  stream.on(['mark', 'history', 'state'], () => showMark(null));
  return {
    recolour() {
      for (const chart of charts) chart.recolour();
    },
  };
}
