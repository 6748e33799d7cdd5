import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveStream } from '../stream/live-stream.js';
import { sliderHead, sliderRow } from './slider-row.js';

/** What each criterion looks at, for people. */
const MEANING: Readonly<Record<string, string>> = {
  likelihood: 'unlikely for its class',
  bones: 'bones change length',
  jitter: 'too smooth or too rough',
  nearest: 'copy of a training clip',
};

/** A slider for each threshold of the quality gate that the stream has; live settings are `gate.*`. */
export function bindGateControl(stream: LiveStream): void {
  const box = byId('gate-thresholds');
  const rejected = new Map<string, HTMLElement>();
  let shown: string | undefined;
  stream.on(['state'], ({ settings, info }) => {
    const keys = Object.keys(settings).filter((key) => key.startsWith('gate.'));
    if (keys.join() === shown) return;
    shown = keys.join();
    rejected.clear();
    const rows = keys.map((key) => {
      const criterion = key.slice('gate.'.length);
      const title = `rejects: ${MEANING[criterion] ?? criterion}; 0 is off`;
      const made = sliderRow({ stream, key, name: criterion, title, max: 0.5, step: 0.005, message: byId('gate-message') });
      rejected.set(criterion, made.last);
      return made.row;
    });
    const none = element(
      'p',
      { class: 'quiet' },
      info.model === null ? 'This stream has no generator.' : 'The model has no quality gate: all of its clips enter the stream.',
    );
    box.replaceChildren(...(rows.length > 0 ? [sliderHead('threshold', 'rejected'), ...rows] : [none]));
  });
  stream.on(['state', 'tick'], ({ stats }) => {
    for (const [criterion, count] of rejected)
      count.textContent = Number(stats[`gate.rejected.${criterion}`] ?? 0).toLocaleString('en');
  });
}
