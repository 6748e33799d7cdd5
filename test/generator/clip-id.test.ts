import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClipId, parseClipId } from '../../src/generator/clip-id.js';
import { SAMPLER_NAMES } from '../../src/generator/diffusion/samplers/samplers.js';
import {
  assertSampling,
  defaultSampling,
  parseSettings,
  type SamplingSettings,
  settingsText,
} from '../../src/generator/sampling-settings.js';

const scale = fc.double({ min: 0, max: 20, noNaN: true }).map((value) => value + 0);
const settings: fc.Arbitrary<SamplingSettings> = fc.record({
  sampler: fc.constantFrom(...SAMPLER_NAMES),
  steps: fc.integer({ min: 1, max: 1000 }),
  eta: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  classifierFreeScale: scale,
  autoguidanceScale: scale,
  classifierFreeSpread: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  classifierFreeInterval: fc.tuple(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true })),
  classifierScale: scale,
  interval: fc.tuple(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.double({ min: 0.5, max: 1, noNaN: true })),
  gradient: fc.constantFrom('log-likelihood' as const, 'joint' as const),
  normalise: fc.boolean(),
  moments: fc.constantFrom('none' as const, 'ema' as const, 'adam' as const),
  sensorNoise: scale,
  projectBones: fc.boolean(),
  variation: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.99, noNaN: true })),
  augmentSource: fc.boolean(),
});

describe('settingsText and parseSettings', () => {
  it('are inverse', () => {
    fc.assert(
      fc.property(settings, (value) => {
        expect(parseSettings(settingsText(value))).toEqual(value);
      }),
    );
  });

  it('refuse text of another form, showing one that fits', () => {
    expect(() => parseSettings('euler_3')).toThrow(/"euler_3" are not of the form dpmpp-2m_16/);
  });
});

describe('formatClipId and parseClipId', () => {
  it('are inverse', () => {
    fc.assert(
      fc.property(settings, fc.nat(), fc.nat(), fc.nat(500), (value, seed, index, label) => {
        const id = { model: 'utd-mhad@1f0c9a2e', settings: settingsText(value), seed, index, label };
        expect(parseClipId(formatClipId(id))).toEqual(id);
      }),
    );
  });

  it('knows other ids from its own', () => {
    expect(parseClipId('a1_s1_t1')).toBeUndefined();
  });
});

describe('assertSampling', () => {
  it('takes the defaults', () => {
    expect(() => assertSampling(defaultSampling)).not.toThrow();
  });

  it.each([
    [{ sampler: 'euler' }, /generator.sampler is "euler"; expected one of dpmpp-2m, dpmpp-2m-sde, ddim, ddpm/],
    [{ steps: 0 }, /generator.steps is 0; expected a whole number from 1 to 1000/],
    [{ classifierFreeScale: -1 }, /classifierFreeScale is -1/],
    [{ eta: 1.5 }, /eta is 1.5; expected a number from 0 to 1/],
    [{ autoguidanceScale: 2 }, /autoguidanceScale is 2; expected 1 \(off\) beside a classifierFreeScale other than 1/],
    [{ sensorNoise: -1 }, /sensorNoise is -1/],
    [{ variation: 0.005 }, /variation is 0.005; expected a diffusion time from 0.01 to 0.99, or 0/],
    [{ variation: 1 }, /variation is 1; expected/],
    [{ classifierScale: Number.NaN }, /classifierScale is null/],
    [{ classifierFreeSpread: 1.5 }, /classifierFreeSpread is 1.5; expected a number from 0/],
    [{ classifierFreeInterval: [0.5, 0.5] }, /classifierFreeInterval is \[0.5,0.5\]; expected two times low < high/],
    [{ interval: [0.9, 0.1] }, /interval is \[0.9,0.1\]; expected two times low < high/],
  ])('refuses %j', (change, message) => {
    expect(() => assertSampling({ ...defaultSampling, ...change } as SamplingSettings)).toThrow(message);
  });
});
