import { byId } from '../by-id.js';
import { Refusal, setSetting } from '../stream/api.js';
import type { LiveStream } from '../stream/live-stream.js';

/** The button that pauses the stream, for everybody. */
export function bindPauseButton(stream: LiveStream): void {
  const button = byId('pause', HTMLButtonElement);
  button.addEventListener('click', () => {
    if (!stream.state) return;
    setSetting('paused', stream.state.settings.paused !== true).catch((error: unknown) => {
      byId('ratio-message').textContent = error instanceof Refusal ? error.message : String(error);
    });
  });
  stream.on(['state', 'change', 'tick'], ({ settings }) => {
    const paused = settings.paused === true;
    button.setAttribute('aria-pressed', String(paused));
    button.textContent = paused ? 'Resume' : 'Pause';
  });
}
