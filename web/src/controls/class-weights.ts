import { byId } from '../by-id.js';
import { element } from '../element.js';
import { Refusal, setSetting } from '../stream/api.js';
import type { LiveState, LiveStream } from '../stream/live-stream.js';
import { targetOf } from './target-of.js';
import { presetWeights, WEIGHT_PRESETS, type WeightPreset, weightsOfShares } from './weight-presets.js';

/** The weights of the classes: a field for each, and presets for all. */
export interface ClassWeights {
  /** The field of a class; the same each time. */
  fieldOf(label: number, name: string): HTMLInputElement;
}

const PRESETS = Object.entries(WEIGHT_PRESETS) as [WeightPreset, string][];

/** The weights that hold, set or configured. */
export function weightsNow({ settings, classShares, info }: Pick<LiveState, 'settings' | 'classShares' | 'info'>): number[] {
  return [...(settings.classWeights ?? weightsOfShares(classShares?.synthetic ?? info.classes.map(() => 1)))];
}

/** Binds the fields and the presets; the server's weights are shown, and a refused one snaps back. */
export function bindClassWeights(stream: LiveStream): ClassWeights {
  const presets = byId('weights-preset', HTMLSelectElement);
  const message = byId('weights-message');
  const fields = new Map<number, HTMLInputElement>();
  presets.replaceChildren(
    ...PRESETS.map(([value, text]) => element('option', { value }, text)),
    element('option', { value: 'own', disabled: '' }, 'own weights'),
  );

  const show = (state: LiveState): void => {
    const weights = weightsNow(state);
    const isAble = state.info.model !== null;
    for (const [label, field] of fields) {
      field.disabled = !isAble;
      field.classList.toggle('unset', !state.settings.classWeights);
      // A field that is being typed in keeps its text as long as it means the same.
      if (field !== document.activeElement || field.valueAsNumber !== weights[label]) field.value = String(weights[label]);
    }
    presets.disabled = !isAble;
    const set = JSON.stringify(state.settings.classWeights ?? null);
    const shares = state.classShares;
    const isOf = ([preset]: [WeightPreset, string]): boolean =>
      shares !== null && JSON.stringify(presetWeights(preset, shares, targetOf(state))) === set;
    presets.value = set === 'null' ? 'configured' : (PRESETS.find(isOf)?.[0] ?? 'own');
  };
  const send = async (weights: readonly number[] | null): Promise<void> => {
    message.textContent = '';
    try {
      await setSetting('classWeights', weights);
    } catch (error) {
      message.textContent = error instanceof Refusal ? error.message : String(error);
    }
    if (stream.state) show(stream.state);
  };
  presets.addEventListener('change', () => {
    const { state } = stream;
    if (state?.classShares) void send(presetWeights(presets.value as WeightPreset, state.classShares, targetOf(state)));
  });
  stream.on(['state', 'change'], show);
  return {
    fieldOf(label, name) {
      const known = fields.get(label);
      if (known) return known;
      const field = element('input', {
        type: 'number',
        min: 0,
        max: 100,
        step: 0.1,
        class: 'weight',
        'aria-label': `Weight of ${name}`,
      });
      field.addEventListener('change', () => {
        const { state } = stream;
        if (!state) return;
        const value = field.valueAsNumber;
        if (Number.isNaN(value)) return show(state);
        void send(weightsNow(state).map((weight, other) => (other === label ? value : weight)));
      });
      fields.set(label, field);
      if (stream.state) show(stream.state);
      return field;
    },
  };
}
