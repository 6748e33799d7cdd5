import type { Change, LiveValue, Stats } from '../core/source.js';
import { createHistory, type History, type Mark } from './history.js';
import { type HistoryPoint, historyPoint } from './history-point.js';
import type { PanelSubject } from './panel-subject.js';

/** Width of a step of the history. */
export const STEP_MS = 1000;

/** What a recorder tells its listeners. */
export interface RecorderListener {
  /** A step has ended. */
  step(point: HistoryPoint, stats: Stats): void;
  mark(mark: Mark): void;
  change(change: Change): void;
}

/** Keeps the history of a stream. */
export interface Recorder {
  readonly history: History;
  /** The last accepted change of each setting. */
  readonly lastChanges: Readonly<Record<string, Change>>;
  /** Returns the way to stop listening. */
  listen(listener: RecorderListener): () => void;
  /** Ends the current step now. */
  step(): void;
  close(): void;
}

/** Words of a change for people. */
function changeText({ key, value, by, effectiveSeq }: Change): string {
  const from = `from batch ${effectiveSeq} on`;
  if (key === 'classWeights') return `${by} sets the weights of the classes ${value === null ? 'back ' : ''}${from}`;
  if (key === 'schedule')
    return value === null ? `${by} ends the schedule ${from}` : `${by} starts a ${kindOf(value)} schedule ${from}`;
  return `${by} sets ${key} to ${value} ${from}`;
}

const kindOf = (value: LiveValue): string => (typeof value === 'object' && value !== null && 'kind' in value ? value.kind : '');

/** Starts to look at the statistics once a second, and to note changes, consumers and errors. Costs the same whether or not anybody looks. */
export function startRecorder({ source, stats, onSession, batches, log }: PanelSubject): Recorder {
  const history = createHistory();
  const listeners = new Set<RecorderListener>();
  const lastChanges: Record<string, Change> = {};
  let before = stats();
  let beforeAt = performance.now();

  const mark = (kind: Mark['kind'], text: string): void => {
    const made = { t: Date.now(), kind, text };
    history.mark(made);
    for (const listener of listeners) listener.mark(made);
  };
  const step = (): void => {
    const now = stats();
    const at = performance.now();
    const point = historyPoint(before, now, Date.now(), Math.max(1e-3, (at - beforeAt) / 1000), batches.takeWaits());
    before = now;
    beforeAt = at;
    history.add(point);
    for (const listener of listeners) listener.step(point, now);
  };
  const stops = [
    source.onChange((change) => {
      lastChanges[change.key] = change;
      mark('setting', changeText(change));
      for (const listener of listeners) listener.change(change);
    }),
    onSession(({ type, session, reason, requeued }) => {
      if (session.mode === 'control') return;
      const kind = ({ opened: 'joined', closed: 'left', silent: 'silent', back: 'back' } as const)[type];
      const back = requeued > 0 ? `; ${requeued} of its batches go to others` : '';
      mark(kind, `consumer ${session.name}: ${kind}${reason ? ` (${reason})` : ''}${back}`);
    }),
    log.onEntry(({ level, message }) => {
      if (level === 'error') mark('error', message);
    }),
  ];
  const timer = setInterval(step, STEP_MS);
  timer.unref();

  return {
    history,
    lastChanges,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    step,
    close() {
      clearInterval(timer);
      for (const stop of stops) stop();
      listeners.clear();
    },
  };
}
