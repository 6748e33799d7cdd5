import { ddpm } from './ddpm.js';
import { dpmpp2m } from './dpmpp-2m.js';
import type { Sampler } from './sampler.js';

/** Samplers by the name that configuration knows. */
export const SAMPLERS = { ddpm, 'dpmpp-2m': dpmpp2m } as const satisfies Record<string, Sampler>;

/** Name of a sampler, as in configuration. */
export type SamplerName = keyof typeof SAMPLERS;
export type { Sampler } from './sampler.js';
