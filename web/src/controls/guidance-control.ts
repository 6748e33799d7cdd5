import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveStream } from '../stream/live-stream.js';
import { sliderHead, sliderRow } from './slider-row.js';

/** What each scale does, for people. */
const SCALES: readonly { readonly key: string; readonly name: string; readonly title: string; readonly max: number }[] = [
  {
    key: 'guidance.classifierFree',
    name: 'class',
    title: 'classifier-free guidance: how typical of its class a clip is',
    max: 8,
  },
  { key: 'guidance.classifier', name: 'ST-Trans', title: 'how strongly the transformer steers', max: 3 },
];

/** A slider for each scale of guidance that the stream has; live settings are `guidance.*`. */
export function bindGuidanceControl(stream: LiveStream): void {
  const box = byId('guidance-scales');
  let shown: string | undefined;
  stream.on(['state'], ({ settings, info }) => {
    const scales = SCALES.filter(({ key }) => typeof settings[key] === 'number');
    const keys = scales.map(({ key }) => key).join();
    if (keys === shown) return;
    shown = keys;
    const rows = scales.map((scale) => {
      const made = sliderRow({ stream, ...scale, step: 0.05, message: byId('guidance-message') });
      made.last.textContent = scale.key === 'guidance.classifier' ? '0 off' : '1 off';
      return made.row;
    });
    const note = element(
      'p',
      { class: 'quiet' },
      'For clips made from now on. Those in stock stay as they are; an id says how its clip was made.',
    );
    const none = element(
      'p',
      { class: 'quiet' },
      info.model === null ? 'This stream has no generator.' : 'Nothing in this stream can be guided.',
    );
    box.replaceChildren(...(rows.length > 0 ? [sliderHead('scale', ''), ...rows, note] : [none]));
  });
}
