import { ddim } from './ddim.js';
import { ddpm } from './ddpm.js';
import { dpmpp2m, dpmpp2mSde } from './dpmpp-2m.js';
import type { Sampler } from './sampler.js';

/** Samplers by the name that configuration knows. */
export const SAMPLERS = {
  'dpmpp-2m': dpmpp2m,
  'dpmpp-2m-sde': dpmpp2mSde,
  ddim,
  ddpm,
} as const satisfies Record<string, Sampler>;

/** Name of a sampler, as in configuration. */
export type SamplerName = keyof typeof SAMPLERS;

/** The names, for configuration. */
export const SAMPLER_NAMES = Object.keys(SAMPLERS) as SamplerName[];

export type { Sampler, SamplerOptions, SamplerStep } from './sampler.js';
