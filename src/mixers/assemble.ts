import type { Batch } from '../core/batch.js';
import { DataError } from '../core/errors.js';
import { ORIGIN_CODES, type Sample, type SampleShape } from '../core/sample.js';
import type { BatchPlan } from './planner.js';

/** How many samples of each origin, from a list of samples. */
export function countOrigins(samples: readonly Sample[]): Batch['mix'] {
  const mix = { real: 0, synthetic: 0, replayed: 0 };
  for (const { origin } of samples) mix[origin]++;
  return { real: mix.real, fresh: mix.synthetic, replayed: mix.replayed };
}

const describe = ({ C, T, V, M }: SampleShape): string => `C=${C} T=${T} V=${V} M=${M}`;

/**
 * Copies samples into one new batch: x [N, C, T, V, M] in the order of the samples, weights 1. The samples are only read.
 *
 * @param allocate gives the array for x, whose values are all written; default a new one
 * @throws DataError LAYOUT_MISMATCH naming the sample whose shape or length is not that of the stream
 */
export function assembleBatch(
  plan: BatchPlan,
  samples: readonly Sample[],
  shape: SampleShape,
  rev: number,
  achieved: number,
  mix: Batch['mix'],
  allocate: (length: number) => Float32Array = (size) => new Float32Array(size),
): Batch {
  const { C, T, V, M } = shape;
  const length = C * T * V * M;
  const N = samples.length;
  const x = allocate(N * length);
  const y = new Int32Array(N);
  const origin = new Uint8Array(N);
  const ids = new Array<string>(N);
  for (let n = 0; n < N; n++) {
    const sample = samples[n]!;
    const { shape: own } = sample;
    if (own.C !== C || own.T !== T || own.V !== V || own.M !== M || sample.x.length !== length)
      throw new DataError(
        'LAYOUT_MISMATCH',
        `${sample.origin} sample ${sample.id} (slot ${n} of batch ${plan.seq}) has ${describe(own)} and ${sample.x.length} values, but ` +
          `the stream's samples have ${describe(shape)} and ${length}: give both sources the same profile`,
        { details: { id: sample.id, got: own, expected: { C, T, V, M } } },
      );
    x.set(sample.x, n * length);
    y[n] = sample.label;
    origin[n] = ORIGIN_CODES[sample.origin];
    ids[n] = sample.id;
  }
  return {
    x,
    shape: { N, C, T, V, M },
    y,
    origin,
    weight: new Float32Array(N).fill(1),
    ids,
    seq: plan.seq,
    epoch: plan.epoch,
    step: plan.step,
    rev,
    ratio: { target: plan.target, achieved },
    mix,
    madeAtMs: Date.now(),
  };
}
