import { ConfigError } from '../core/errors.js';
import type { Moments } from './diffusion/guidance.js';
import type { GuideGradient } from './diffusion/guide.js';
import { SAMPLERS, type SamplerName } from './diffusion/samplers/samplers.js';

/** How clips are sampled. */
export interface SamplingSettings {
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Share of the noise that is renewed at each step, 0 to 1; read by `ddim` and `dpmpp-2m-sde` only. */
  readonly eta: number;
  /** Classifier-free guidance w in D_u + w (D_c - D_u); 1 is off. */
  readonly classifierFreeScale: number;
  /**
   * Each clip has a scale of its own, so that clips differ in how typical of their class they are: 1 + (w - 1) (1 + spread u) with u
   * even in [-1, 1] and w the scale of classifier-free guidance or autoguidance. 0: w for all; 1: from 1 (off) to 2 w - 1.
   */
  readonly classifierFreeSpread: number;
  /** Diffusion times between which classifier-free guidance (or autoguidance) acts (arXiv 2404.07724). */
  readonly classifierFreeInterval: readonly [number, number];
  /** Autoguidance w in D_early + w (D - D_early), instead of the classifier-free one; 1 is off. */
  readonly autoguidanceScale: number;
  /** Weight of ST-Trans' gradient; 0 is off. */
  readonly classifierScale: number;
  /** Diffusion times between which ST-Trans steers. */
  readonly interval: readonly [number, number];
  /** Which gradient of ST-Trans steers. */
  readonly gradient: GuideGradient;
  /** Scale each image's gradient to unit root mean square. */
  readonly normalise: boolean;
  /** How gradients of several steps are combined. */
  readonly moments: Moments;
  /** Strength of the sensor noise that is put back on samples, where the model knows it: 1 is that of the recordings, 0 none. */
  readonly sensorNoise: number;
  /** Give every bone one length over the sequence. */
  readonly projectBones: boolean;
  /**
   * Diffusion time t0 in [0.01, 0.99] to which a training clip of the class is noised, to be denoised from there on: the smaller,
   * the nearer to that clip, and the cheaper, since only the share of `steps` below t0 is taken. 0: off, clips start from noise.
   */
  readonly variation: number;
  /** Turn and scale the training clip at random before it is noised; read in variation mode only. */
  readonly augmentSource: boolean;
}

/**
 * The defaults: DPM-Solver++(2M) with 16 steps and both guidances, deterministic. Scales, spread and interval were chosen on UTD-MHAD
 * for low Frechet distances and much variety within a class at an accuracy no lower than that of the real clips, at little more than the
 * time of unguided sampling (docs/experiments.md). ST-Trans steers in the middle of the noise range only, at 4 of the 16 steps.
 */
export const defaultSampling: SamplingSettings = {
  sampler: 'dpmpp-2m',
  steps: 16,
  eta: 0,
  classifierFreeScale: 1.25,
  classifierFreeSpread: 1,
  classifierFreeInterval: [0, 1],
  autoguidanceScale: 1,
  classifierScale: 0.1,
  interval: [0.5, 0.75],
  gradient: 'log-likelihood',
  normalise: true,
  moments: 'none',
  sensorNoise: 1,
  projectBones: true,
  variation: 0,
  augmentSource: false,
};

/** The settings as a short text without slashes, for ids and provenance. What has its usual value is left out. Its inverse is `parseSettings`. */
export function settingsText(settings: SamplingSettings): string {
  const { sampler, steps, classifierFreeScale, classifierScale, interval, projectBones } = settings;
  const parts = [
    sampler,
    `${steps}`,
    `f${classifierFreeScale}`,
    `c${classifierScale}`,
    interval.join('..'),
    projectBones ? 'b1' : 'b0',
  ];
  if (settings.eta !== 0) parts.push(`e${settings.eta}`);
  if (settings.autoguidanceScale !== 1) parts.push(`a${settings.autoguidanceScale}`);
  if (settings.gradient !== 'log-likelihood') parts.push(settings.gradient);
  if (!settings.normalise) parts.push('raw');
  if (settings.moments !== 'none') parts.push(settings.moments);
  if (settings.sensorNoise !== 1) parts.push(`n${settings.sensorNoise}`);
  if (settings.variation !== 0) parts.push(`v${settings.variation}`);
  if (settings.augmentSource) parts.push('aug');
  if (settings.classifierFreeSpread !== 0) parts.push(`s${settings.classifierFreeSpread}`);
  const [low, high] = settings.classifierFreeInterval;
  if (low !== 0 || high !== 1) parts.push(`f${low}..${high}`);
  return parts.join('_');
}

const NUMBER = '([\\d.e+-]+?)';
const TEXT_FORM = new RegExp(
  `^([\\w-]+?)_(\\d+)_f${NUMBER}_c${NUMBER}_${NUMBER}\\.\\.${NUMBER}_b([01])` +
    `(?:_e${NUMBER})?(?:_a${NUMBER})?(_joint)?(_raw)?(?:_(ema|adam))?(?:_n${NUMBER})?(?:_v${NUMBER})?(_aug)?(?:_s${NUMBER})?(?:_f${NUMBER}\\.\\.${NUMBER})?$`,
);

/** @throws ConfigError CONFIG_INVALID where the text is not of the form that `settingsText` writes */
export function parseSettings(text: string): SamplingSettings {
  const match = TEXT_FORM.exec(text);
  if (!match || !(match[1]! in SAMPLERS))
    throw new ConfigError('CONFIG_INVALID', `sampling settings "${text}" are not of the form ${settingsText(defaultSampling)}`);
  return {
    sampler: match[1] as SamplerName,
    steps: Number(match[2]),
    classifierFreeScale: Number(match[3]),
    classifierScale: Number(match[4]),
    interval: [Number(match[5]), Number(match[6])],
    projectBones: match[7] === '1',
    eta: Number(match[8] ?? 0),
    autoguidanceScale: Number(match[9] ?? 1),
    gradient: match[10] ? 'joint' : 'log-likelihood',
    normalise: match[11] === undefined,
    moments: (match[12] ?? 'none') as Moments,
    sensorNoise: Number(match[13] ?? 1),
    variation: Number(match[14] ?? 0),
    augmentSource: match[15] !== undefined,
    classifierFreeSpread: Number(match[16] ?? 0),
    classifierFreeInterval: [Number(match[17] ?? 0), Number(match[18] ?? 1)],
  };
}

/** @throws ConfigError CONFIG_INVALID naming the setting, the value and the rule */
export function assertSampling(settings: SamplingSettings): void {
  const fail = (key: string, value: unknown, rule: string): never => {
    throw new ConfigError('CONFIG_INVALID', `generator.${key} is ${JSON.stringify(value)}; expected ${rule}`);
  };
  const { sampler, steps, eta, classifierFreeScale, autoguidanceScale, classifierScale, interval } = settings;
  if (!(sampler in SAMPLERS)) fail('sampler', sampler, `one of ${Object.keys(SAMPLERS).join(', ')}`);
  if (!Number.isInteger(steps) || steps < 1 || steps > 1000) fail('steps', steps, 'a whole number from 1 to 1000');
  if (!(eta >= 0 && eta <= 1)) fail('eta', eta, 'a number from 0 to 1');
  if (!(classifierFreeScale >= 0 && classifierFreeScale <= 20))
    fail('classifierFreeScale', classifierFreeScale, 'a number from 0 to 20 (1 is off)');
  const { classifierFreeSpread: spread, classifierFreeInterval: within } = settings;
  if (!(spread >= 0 && spread <= 1)) fail('classifierFreeSpread', spread, 'a number from 0 (every clip the same) to 1');
  if (!(autoguidanceScale >= 0 && autoguidanceScale <= 20))
    fail('autoguidanceScale', autoguidanceScale, 'a number from 0 to 20 (1 is off)');
  if (classifierFreeScale !== 1 && autoguidanceScale !== 1)
    fail('autoguidanceScale', autoguidanceScale, '1 (off) beside a classifierFreeScale other than 1: the two exclude each other');
  if (!(classifierScale >= 0 && classifierScale <= 20))
    fail('classifierScale', classifierScale, 'a number from 0 to 20 (0 is off)');
  if (!(settings.sensorNoise >= 0 && settings.sensorNoise <= 10))
    fail('sensorNoise', settings.sensorNoise, 'a number from 0 to 10 (1 is that of the recordings)');
  const { variation } = settings;
  if (variation !== 0 && !(variation >= 0.01 && variation <= 0.99))
    fail('variation', variation, 'a diffusion time from 0.01 to 0.99, or 0 (off)');
  for (const [key, [low, high]] of Object.entries({ interval, classifierFreeInterval: within }))
    if (!(low >= 0 && low < high && high <= 1)) fail(key, [low, high], 'two times low < high within [0, 1]');
}
