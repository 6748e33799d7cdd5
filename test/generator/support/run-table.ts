import type { SamplerStep } from '../../../src/generator/diffusion/samplers/samplers.js';

/** The estimate x0Hat of x at time t. */
export type EstimateFunction = (x: Float32Array, t: number) => Float32Array;

/** Follows a sampler's table in plain arithmetic: what the compiled steps must compute. */
export function runTable(
  steps: readonly SamplerStep[],
  estimate: EstimateFunction,
  start: Float32Array,
  noise: () => Float32Array,
): Float32Array {
  let x = start;
  let previous = new Float32Array(start.length);
  for (const { t, fromX, fromX0Hat, fromPrevious, fromNoise } of steps) {
    const x0Hat = estimate(x, t);
    const eps = fromNoise === 0 ? undefined : noise();
    x = x.map(
      (value, i) => fromX * value + fromX0Hat * x0Hat[i]! + fromPrevious * previous[i]! + (eps ? fromNoise * eps[i]! : 0),
    );
    previous = Float32Array.from(x0Hat);
  }
  return x;
}
