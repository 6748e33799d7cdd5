import { defaultSampling, type SamplingSettings } from './sampling-settings.js';

/**
 * Sets of sampling settings to choose from:
 *
 * - `balanced`: the defaults
 * - `typical`: guided strongly; clips are clearly of their class, and alike within it (docs/experiments.md)
 * - `diverse`: guided by ST-Trans alone, weakly; nearest to real clips in variety within a class, and now and then of another class
 * - `fast`: 8 steps
 * - `paper`: ancestral sampling with 1000 steps, guided by the plain gradient of ST-Trans at every one (arXiv 2302.13434);
 *   slow, for comparison
 */
export const SAMPLING_PRESETS = {
  balanced: defaultSampling,
  typical: { ...defaultSampling, classifierFreeScale: 2, classifierFreeSpread: 0, classifierScale: 0.3 },
  diverse: { ...defaultSampling, classifierFreeScale: 1, classifierFreeSpread: 0 },
  fast: { ...defaultSampling, steps: 8 },
  paper: {
    ...defaultSampling,
    sampler: 'ddpm',
    steps: 1000,
    classifierFreeScale: 1,
    classifierFreeSpread: 0,
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
