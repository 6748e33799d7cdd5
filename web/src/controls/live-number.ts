import { Refusal, setSetting } from '../stream/api.js';
import type { LiveState, LiveStream } from '../stream/live-stream.js';
import { throttle } from './throttle.js';

/** Changes while dragging go out this often at most. */
const PAUSE_MS = 100;

/** What a live number is edited with. */
export interface LiveNumberOptions {
  readonly stream: LiveStream;
  readonly key: string;
  /** A slider, a number field, or both. */
  readonly inputs: readonly HTMLInputElement[];
  /** Says why a value was refused. */
  readonly message: HTMLElement;
  /** The server's value; default that of the setting. */
  readonly read?: (state: LiveState) => unknown;
  /** How the value is written into a number field; default as it is. */
  readonly show?: (value: number) => string;
}

/** A setting that is edited on the page and held by the server. */
export interface LiveNumber {
  set(value: number): void;
}

/**
 * Binds inputs to a live number. What the user does goes to the server, throttled; the inputs show the server's value as soon as
 * nothing is on its way or waits for its turn and nobody is dragging. A refused value snaps back, with the server's words.
 */
export function bindLiveNumber(options: LiveNumberOptions): LiveNumber {
  const { stream, key, inputs, message, read = ({ settings }) => settings[key], show = String } = options;
  let underway = 0;
  let held = false;
  /** Revision of the last change from here: what the server told before it is out of date. */
  let confirmed = 0;

  const write = (value: number): void => {
    for (const input of inputs) {
      const text = input.type === 'range' ? String(value) : show(value);
      // A field that is being typed in keeps its text as long as it means the same.
      if (input === document.activeElement && input.type === 'number' && Number(input.value) === value) continue;
      if (input.value !== text) input.value = text;
    }
  };
  const followServer = (state: LiveState): void => {
    const value = read(state);
    const isSettled = underway === 0 && !send.isWaiting() && !held && state.rev >= confirmed;
    if (isSettled && typeof value === 'number') write(value);
  };
  const send = throttle((value: number): void => {
    underway++;
    message.textContent = '';
    setSetting(key, value)
      .then(({ rev }) => {
        confirmed = Math.max(confirmed, rev);
      })
      .catch((error: unknown) => {
        message.textContent = error instanceof Refusal ? error.message : String(error);
      })
      .finally(() => {
        underway--;
        if (stream.state) followServer(stream.state);
      });
  }, PAUSE_MS);

  for (const input of inputs) {
    const isSlider = input.type === 'range';
    input.addEventListener(isSlider ? 'input' : 'change', () => {
      const value = input.valueAsNumber;
      if (Number.isNaN(value)) {
        if (stream.state) followServer(stream.state);
        return;
      }
      for (const other of inputs) if (other !== input) other.value = other.type === 'range' ? String(value) : show(value);
      send(value);
    });
    if (!isSlider) continue;
    input.addEventListener('pointerdown', () => {
      held = true;
    });
    for (const end of ['pointerup', 'pointercancel', 'blur'])
      input.addEventListener(end, () => {
        held = false;
        send.flush();
        if (stream.state) followServer(stream.state);
      });
  }
  stream.on(options.read ? ['state', 'change', 'tick'] : ['state', 'change'], (state) => followServer(state));
  return {
    set(value) {
      write(value);
      send(value);
    },
  };
}
