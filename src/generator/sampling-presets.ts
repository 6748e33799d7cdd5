import { defaultSampling, type SamplingSettings } from './sampling-settings.js';

/**
 * Sets of sampling settings to choose from:
 *
 * - `balanced`: the defaults
 * - `diverse`: renews noise at each step and is guided less; nearest to real clips in distance, slower (docs/experiments.md)
 * - `fast`: 8 steps
 * - `paper`: ancestral sampling with 1000 steps, guided by the plain gradient of ST-Trans at every one (arXiv 2302.13434);
 *   slow, for comparison
 */
export const SAMPLING_PRESETS = {
  balanced: defaultSampling,
  diverse: { ...defaultSampling, sampler: 'dpmpp-2m-sde', eta: 0.5, classifierFreeScale: 1.5, classifierScale: 0.1 },
  fast: { ...defaultSampling, steps: 8 },
  paper: {
    ...defaultSampling,
    sampler: 'ddpm',
    steps: 1000,
    classifierFreeScale: 1,
    classifierScale: 1,
    interval: [0, 1],
    normalise: false,
    sensorNoise: 0,
    projectBones: false,
  },
} as const satisfies Record<string, SamplingSettings>;

/** Name of a preset, as in configuration. */
export type SamplingPreset = keyof typeof SAMPLING_PRESETS;

/** Settings that a user names; what is undefined comes from the preset. */
export type SamplingOverrides = { readonly [Key in keyof SamplingSettings]?: SamplingSettings[Key] | undefined };

/** The settings of a preset with some of them changed. Ancestral sampling without a number of steps takes 1000. */
export function samplingOf(preset: SamplingPreset, overrides: SamplingOverrides = {}): SamplingSettings {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const steps = overrides.sampler === 'ddpm' ? { steps: 1000 } : {};
  return { ...SAMPLING_PRESETS[preset], ...steps, ...given };
}
