import type { CompiledFunction, Engine } from '../../engine/engine.js';
import type { Model } from '../model/load-model.js';
import { frameSize } from '../representation.js';
import type { SamplingSettings } from '../sampling-settings.js';
import { createEstimate } from './estimate.js';
import { type Guide, stTransGuide } from './guide.js';
import { planSteps } from './plan-steps.js';
import { SAMPLERS } from './samplers/samplers.js';
import { compileSteps, momentNames, type StepKind } from './sampling-steps.js';
import { cosineSchedule, partialTimes, samplingTimes } from './schedule.js';

/** What a sampling runs on. */
export interface SamplingOptions {
  readonly model: Model;
  readonly engine: Engine;
  readonly settings: SamplingSettings;
  /** What steers instead of the model's ST-Trans. */
  readonly guide?: Guide | undefined;
  /** Most steps of one kind in one graph. Default 1. */
  readonly fused?: number;
  /** Graphs that other samplings of the same model, guide, gradient and moments have compiled; default: none. Closed by whoever gives it. */
  readonly programs?: Programs;
}

/** Compiled graphs, for samplings that differ in nothing but times and scales. */
export type Programs = Map<string, Promise<CompiledFunction>>;

/** Releases compiled graphs. */
export async function releasePrograms(programs: Programs): Promise<void> {
  for (const pending of programs.values()) await (await pending).release();
  programs.clear();
}

/** One group to sample. */
export interface SampleRequest {
  /** x at the first time [B, T, F]: standard normal noise, or images noised to `settings.variation` in variation mode. Not changed. */
  readonly x: Float32Array;
  /** One-hot classes [B, K]. */
  readonly y: Float32Array;
  /** Fresh standard normal noise [B, count, T, F], for samplers that add some. */
  readonly noise: (count: number) => Float32Array;
  /** Strength of the estimate's own guidance of each image [B]. Default: that of the settings. */
  readonly scale?: Float32Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A model's sampler, compiled once for groups of every size B. */
export interface Sampling {
  /** Passes through a denoiser and gradients of the guide that one image costs. */
  readonly cost: { readonly passes: number; readonly gradients: number };
  /** Turns noise into images [B, T, F]. Rejects with the signal's reason on abort, between steps. */
  sample(request: SampleRequest): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Prepares sampling; graphs are compiled when they are first used.
 *
 * @throws ModelError MODEL_MISSING where the settings want a network that the model lacks; ConfigError CONFIG_INVALID (steps)
 */
export function createSampling({ model, engine, settings, guide, fused = 1, programs }: SamplingOptions): Sampling {
  const { image, layout, classes } = model.manifest;
  const { sampler, steps, eta, classifierScale, interval, moments, gradient, normalise } = settings;
  const estimate = createEstimate(model, settings);
  const steers = classifierScale === 0 ? undefined : (guide ?? stTransGuide(model, gradient));
  const times = settings.variation === 0 ? samplingTimes(steps) : partialTimes(steps, settings.variation);
  const table = SAMPLERS[sampler](cosineSchedule, times, { eta });
  const { classifierFreeInterval: scaleInterval } = settings;
  const plan = { scale: classifierScale, interval, moments, scaleInterval, deviation: image.deviation };
  const runs = planSteps(table, cosineSchedule, plan, fused);
  const shape = { T: image.numFrames, F: frameSize(layout, image), K: classes.length };
  const usualScale = settings.autoguidanceScale === 1 ? settings.classifierFreeScale : settings.autoguidanceScale;

  const compiled: Programs = programs ?? new Map();
  const programOf = (kind: StepKind): Promise<CompiledFunction> => {
    const key = JSON.stringify([settings.autoguidanceScale !== 1, estimate.passes, kind]);
    const found = compiled.get(key) ?? compileSteps(engine, { estimate, guide: steers, moments, normalise }, kind, shape);
    compiled.set(key, found);
    return found;
  };

  return {
    cost: {
      passes: table.length * estimate.passes,
      gradients: runs.reduce((sum, { kind }) => sum + (kind.guided ? kind.count : 0), 0),
    },
    async sample({ x, y, noise, scale = new Float32Array(y.length / classes.length).fill(usualScale), signal }) {
      let state: Record<string, Float32Array> = { x, previous: new Float32Array(x.length) };
      for (const name of momentNames(moments)) state[name] = new Float32Array(x.length);
      for (const { kind, table } of runs) {
        signal?.throwIfAborted();
        const program = await programOf(kind);
        const feeds = Object.fromEntries(
          Object.keys(program.inputs)
            .filter((name) => name in state)
            .map((name) => [name, state[name]!]),
        );
        const extra: Record<string, Float32Array> = kind.noisy ? { noise: noise(kind.count) } : {};
        state = { ...state, ...(await program.run({ ...feeds, y, table, scale, ...extra })) };
      }
      return state.x!;
    },
    async close() {
      if (!programs) await releasePrograms(compiled);
    },
  };
}
