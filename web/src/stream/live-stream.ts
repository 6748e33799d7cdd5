import { loadHistory } from './api.js';
import { createHistoryData, type HistoryData } from './history-data.js';
import type { ChangeEvent, LogEntry, Mark, Tick, WholeState } from './messages.js';

/** Entries of the log that are shown. */
const MAX_LOG = 100;

/** What the page knows of the stream. */
export type LiveState = WholeState;

/** What a listener is called for. */
export type Topic = 'state' | 'tick' | 'change' | 'mark' | 'log' | 'connection' | 'history';

/** The server's events, gathered into one state: the server is the truth, the page only shows it. */
export interface LiveStream {
  /** Null before the first answer. */
  readonly state: LiveState | null;
  readonly history: HistoryData;
  readonly isConnected: boolean;
  on(topics: readonly Topic[], listener: (state: LiveState) => void): void;
}

/** Connects, and connects again whenever the server is back. */
export function openLiveStream(): LiveStream {
  const listeners: { topics: readonly Topic[]; listener: (state: LiveState) => void }[] = [];
  const history = createHistoryData();
  let state: LiveState | null = null;
  let isConnected = false;

  const tell = (topic: Topic): void => {
    if (state) for (const { topics, listener } of listeners) if (topics.includes(topic)) listener(state);
  };
  const source = new EventSource('api/events');
  const on = <T>(name: string, take: (data: T) => void): void =>
    source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));

  on<WholeState>('state', (whole) => {
    isConnected = true;
    state = whole;
    tell('state');
    tell('connection');
    loadHistory().then(
      (answer) => {
        history.load(answer);
        tell('history');
      },
      () => {},
    );
  });
  on<Tick>('tick', ({ point, ...live }) => {
    if (!state) return;
    state = { ...state, ...live };
    history.add(point);
    tell('tick');
  });
  on<ChangeEvent>('change', ({ change, settings, rev }) => {
    if (!state) return;
    state = { ...state, settings, rev, lastChanges: { ...state.lastChanges, [change.key]: change } };
    tell('change');
  });
  on<Mark>('mark', (mark) => {
    history.mark(mark);
    tell('mark');
  });
  on<LogEntry>('log', (entry) => {
    if (!state) return;
    state = { ...state, log: [...state.log, entry].slice(-MAX_LOG) };
    tell('log');
  });
  source.addEventListener('error', () => {
    isConnected = false;
    tell('connection');
  });

  return {
    get state() {
      return state;
    },
    history,
    get isConnected() {
      return isConnected;
    },
    on: (topics, listener) => void listeners.push({ topics, listener }),
  };
}
