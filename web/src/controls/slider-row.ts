import { element } from '../element.js';
import type { LiveStream } from '../stream/live-stream.js';
import { bindLiveNumber } from './live-number.js';

/** A live number as a row of name, slider, field and a last cell. */
export interface SliderRowOptions {
  readonly stream: LiveStream;
  readonly key: string;
  readonly name: string;
  readonly title: string;
  readonly max: number;
  readonly step: number;
  readonly message: HTMLElement;
}

/** The row and its last cell, which is empty. */
export interface SliderRow {
  readonly row: HTMLElement;
  readonly last: HTMLElement;
}

/** The names above rows. */
export function sliderHead(value: string, last: string): HTMLElement {
  const cells = [element('span'), element('span'), element('span', {}, value), element('span', { class: 'count' }, last)];
  return element('div', { class: 'threshold quiet', 'aria-hidden': 'true' }, ...cells);
}

/** A row whose slider and field show and change a live number. */
export function sliderRow({ stream, key, name, title, max, step, message }: SliderRowOptions): SliderRow {
  const slider = element('input', { type: 'range', min: 0, max, step, id: `set-${key}` });
  const number = element('input', { type: 'number', min: 0, max, step, 'aria-label': `${name}, in numbers` });
  const last = element('span', { class: 'quiet count' });
  const label = element('label', { for: slider.id }, name);
  bindLiveNumber({ stream, key, inputs: [slider, number], message });
  const value = String(stream.state?.settings[key] ?? '');
  slider.value = value;
  number.value = value;
  return { row: element('div', { class: 'threshold', title }, label, slider, number, last), last };
}
