import { byId } from '../by-id.js';
import type { LiveStream } from '../stream/live-stream.js';
import { effectText } from './effect-text.js';
import { bindLiveNumber } from './live-number.js';
import { targetOf } from './target-of.js';

/** Slider, number field and presets of the ratio; target and achieved drawn together. */
export function bindRatioControl(stream: LiveStream): void {
  const slider = byId('ratio-slider', HTMLInputElement);
  const number = byId('ratio-number', HTMLInputElement);
  const ratio = bindLiveNumber({
    stream,
    key: 'ratio',
    inputs: [slider, number],
    message: byId('ratio-message'),
    read: targetOf,
    show: (value) => String(Math.round(value * 1000) / 1000),
  });
  const presets = [...byId('ratio-presets').querySelectorAll('button')];
  for (const preset of presets) preset.addEventListener('click', () => ratio.set(Number(preset.dataset.ratio)));

  const meter = byId('ratio-meter');
  const achievedBar = meter.querySelector<HTMLElement>('.achieved')!;
  const targetMark = meter.querySelector<HTMLElement>('.target')!;
  stream.on(['state', 'tick', 'change'], (state) => {
    const target = targetOf(state);
    const built = Number(state.stats['mix.batches'] ?? 0);
    const achieved = Number(state.stats['mix.achieved'] ?? 0);
    achievedBar.style.width = `${100 * achieved}%`;
    targetMark.style.left = `${100 * target}%`;
    const canSynthesise = state.info.model !== null;
    slider.disabled = !canSynthesise;
    number.disabled = !canSynthesise;
    for (const preset of presets) {
      preset.disabled = !canSynthesise;
      preset.setAttribute('aria-pressed', String(Number(preset.dataset.ratio) === target));
    }
    byId('ratio-achieved').textContent = !canSynthesise
      ? 'This stream has no generator: real samples only.'
      : built === 0
        ? 'No batch was built yet.'
        : `${achieved.toFixed(3)} in 100 batches, ${Number(state.stats['mix.achievedTotal']).toFixed(3)} in all`;
    byId('ratio-effect').textContent = effectText(state);
  });
}
