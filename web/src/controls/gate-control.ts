import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveStream } from '../stream/live-stream.js';
import { bindLiveNumber } from './live-number.js';

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
  let shown = '';
  stream.on(['state'], ({ settings }) => {
    const keys = Object.keys(settings).filter((key) => key.startsWith('gate.'));
    if (keys.join() === shown && box.childElementCount > 0) return;
    shown = keys.join();
    rejected.clear();
    box.replaceChildren();
    if (keys.length === 0)
      box.append(element('p', { class: 'quiet' }, 'The model has no quality gate: all of its clips enter the stream.'));
    for (const key of keys) {
      const criterion = key.slice('gate.'.length);
      const slider = element('input', { type: 'range', min: 0, max: 0.5, step: 0.005, id: `set-${key}` });
      if (box.childElementCount === 0)
        box.append(
          element(
            'div',
            { class: 'threshold quiet', 'aria-hidden': 'true' },
            element('span'),
            element('span'),
            element('span', {}, 'threshold'),
            element('span', { class: 'count' }, 'rejected'),
          ),
        );
      const number = element('input', { type: 'number', min: 0, max: 0.5, step: 0.005, 'aria-label': `${criterion} threshold` });
      const count = element('span', { class: 'quiet count' });
      rejected.set(criterion, count);
      box.append(
        element(
          'div',
          { class: 'threshold', title: `rejects: ${MEANING[criterion] ?? criterion}; 0 is off` },
          element('label', { for: slider.id }, criterion),
          slider,
          number,
          count,
        ),
      );
      bindLiveNumber({ stream, key, inputs: [slider, number], message: byId('gate-message') });
      const value = settings[key];
      slider.value = String(value);
      number.value = String(value);
    }
  });
  stream.on(['state', 'tick'], ({ stats }) => {
    for (const [criterion, count] of rejected) {
      const times = Number(stats[`gate.rejected.${criterion}`] ?? 0);
      count.textContent = times.toLocaleString('en');
    }
  });
}
