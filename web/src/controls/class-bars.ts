import { byId } from '../by-id.js';
import { element } from '../element.js';
import type { LiveState, LiveStream } from '../stream/live-stream.js';
import { type ClassOrder, orderClasses } from './class-order.js';
import { type ClassWeights, weightsNow } from './class-weights.js';

/**
 * Bars of the samples handed out of each class, real against synthetic, with the weight of its synthetic ones.
 * @param choose called with the class whose row is pressed
 */
export function bindClassBars(stream: LiveStream, weights: ClassWeights, choose: (label: number) => void): void {
  const list = byId('classes-list');
  const order = byId('classes-order', HTMLSelectElement);
  const rows = new Map<number, { row: HTMLElement; real: HTMLElement; synthetic: HTMLElement; button: HTMLElement }>();

  const rowOf = (label: number, name: string) => {
    const known = rows.get(label);
    if (known) return known;
    const real = element('i', { class: 'real' });
    const synthetic = element('i', { class: 'synthetic' });
    const button = element('button', { type: 'button', title: 'show its skeletons' }, name);
    button.addEventListener('click', () => choose(label));
    const bar = element('span', { class: 'bar' }, real, synthetic);
    const made = { row: element('li', {}, button, bar, weights.fieldOf(label, name)), real, synthetic, button };
    rows.set(label, made);
    return made;
  };
  const draw = (state: LiveState): void => {
    const { info, classCounts } = state;
    const all = info.classes.map((_, label) => (classCounts.real[label] ?? 0) + (classCounts.synthetic[label] ?? 0));
    const most = Math.max(1, ...all);
    const wanted = orderClasses(info.classes, classCounts, order.value as ClassOrder, weightsNow(state)).map((label) => {
      const made = rowOf(label, info.classes[label]!);
      const [real, synthetic] = [classCounts.real[label] ?? 0, classCounts.synthetic[label] ?? 0];
      made.real.style.width = `${(100 * real) / most}%`;
      made.synthetic.style.width = `${(100 * synthetic) / most}%`;
      made.button.title = `${info.classes[label]}: ${real.toLocaleString('en')} real, ${synthetic.toLocaleString('en')} synthetic; show its skeletons`;
      return made.row;
    });
    // Moving a row takes the focus from what is in it: only where the order really changed, and not under somebody's hands.
    if (list.contains(document.activeElement) && list.childElementCount === wanted.length) return;
    if (wanted.some((row, k) => list.children[k] !== row)) list.replaceChildren(...wanted);
  };
  order.addEventListener('change', () => stream.state && draw(stream.state));
  stream.on(['state'], () => rows.clear());
  stream.on(['state', 'tick', 'change'], draw);
}
