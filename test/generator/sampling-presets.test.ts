import { describe, expect, it } from 'vitest';
import { SAMPLING_PRESETS, type SamplingPreset, samplingOf } from '../../src/generator/sampling-presets.js';
import { assertSampling, defaultSampling } from '../../src/generator/sampling-settings.js';

describe('samplingOf', () => {
  it.each(Object.keys(SAMPLING_PRESETS) as SamplingPreset[])('%s is a set of valid settings', (preset) => {
    expect(() => assertSampling(samplingOf(preset))).not.toThrow();
  });

  it('is the defaults for the preset balanced, and what is named beside it', () => {
    expect(samplingOf('balanced', { steps: undefined })).toEqual(defaultSampling);
    expect(samplingOf('balanced', { classifierScale: 1, steps: 4 })).toEqual({
      ...defaultSampling,
      classifierScale: 1,
      steps: 4,
    });
  });

  it('is the sampler of the paper for the preset paper: 1000 ancestral steps and the plain gradient at each', () => {
    expect(samplingOf('paper')).toMatchObject({
      sampler: 'ddpm',
      steps: 1000,
      normalise: false,
      interval: [0, 1],
      classifierFreeScale: 1,
    });
  });

  it('takes 1000 steps of ancestral sampling where nobody names a number', () => {
    expect(samplingOf('balanced', { sampler: 'ddpm' }).steps).toBe(1000);
    expect(samplingOf('balanced', { sampler: 'ddpm', steps: 50 }).steps).toBe(50);
  });
});
