import { ConfigError } from '../core/errors.js';
import { SAMPLING_PRESETS } from '../generator/sampling-presets.js';
import { defaultSampling, parseSettings, type SamplingSettings } from '../generator/sampling-settings.js';

/** Settings to compare, by name: the product's defaults, no guidance, each guidance by itself, and the generator's presets. */
export const COMPARED_SAMPLING: Readonly<Record<string, SamplingSettings>> = {
  default: defaultSampling,
  unguided: { ...defaultSampling, classifierFreeScale: 1, classifierFreeSpread: 0, classifierScale: 0 },
  'st-trans': {
    ...defaultSampling,
    classifierFreeScale: 1,
    classifierFreeSpread: 0,
    classifierScale: 0.4,
    interval: [0.15, 0.9],
  },
  'classifier-free': { ...defaultSampling, classifierFreeScale: 2, classifierFreeSpread: 0, classifierScale: 0 },
  ...SAMPLING_PRESETS,
};

/** Settings with the name that their row bears. */
export interface NamedSampling {
  readonly name: string;
  readonly settings: SamplingSettings;
}

/**
 * Settings by the name of a preset, or in the form in which clip ids hold them (`dpmpp-2m_16_f2_c0.15_0.3..0.8_b1`).
 *
 * @throws ConfigError CONFIG_INVALID with the presets' names
 */
export function namedSampling(name: string): NamedSampling {
  const preset = Object.hasOwn(COMPARED_SAMPLING, name) ? COMPARED_SAMPLING[name] : undefined;
  if (preset) return { name, settings: preset };
  try {
    return { name, settings: parseSettings(name) };
  } catch (cause) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `no sampling settings ${JSON.stringify(name)}: expected ${Object.keys(COMPARED_SAMPLING).join(', ')}, or settings as clip ids hold ` +
        'them, e.g. dpmpp-2m_16_f2_c0.15_0.3..0.8_b1',
      { cause },
    );
  }
}
