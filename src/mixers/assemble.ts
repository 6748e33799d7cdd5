import type { Batch } from '../core/batch.js';
import { DataError } from '../core/errors.js';
import { axisSizes, ORIGIN_CODES, type Sample, type SampleShape, type SampleTensor, type TensorSpec } from '../core/sample.js';
import type { StreamInfo } from '../core/source.js';
import type { BatchPlan } from './planner.js';

/** How many samples of each origin, from a list of samples. */
export function countOrigins(samples: readonly Sample[]): Batch['mix'] {
  const mix = { real: 0, synthetic: 0, replayed: 0 };
  for (const { origin } of samples) mix[origin]++;
  return { real: mix.real, fresh: mix.synthetic, replayed: mix.replayed };
}

const describe = ({ K, C, T, V, M }: SampleShape): string => `${K === 1 ? '' : `K=${K} `}C=${C} T=${T} V=${V} M=${M}`;

/** What of a stream decides how its batches are built. */
export type BatchForm = Pick<StreamInfo, 'batchShape' | 'axes' | 'extras'>;

/**
 * Copies samples into one new batch: x in the order of the samples, further tensors likewise, weights 1. The samples are only read.
 *
 * @param allocate gives the array for x, whose values are all written; default a new one
 * @throws DataError LAYOUT_MISMATCH naming the sample whose shape, length or further tensors are not those of the stream
 */
export function assembleBatch(
  plan: BatchPlan,
  samples: readonly Sample[],
  { batchShape: shape, axes, extras }: BatchForm,
  rev: number,
  achieved: number,
  mix: Batch['mix'],
  allocate: (length: number) => Float32Array = (size) => new Float32Array(size),
): Batch {
  const { K, C, T, V, M } = shape;
  const length = axisSizes(shape, axes).reduce((product, size) => product * size, 1);
  const N = samples.length;
  const x = allocate(N * length);
  const y = new Int32Array(N);
  const origin = new Uint8Array(N);
  const ids = new Array<string>(N);
  for (let n = 0; n < N; n++) {
    const sample = samples[n]!;
    const { shape: own } = sample;
    if (own.K !== K || own.C !== C || own.T !== T || own.V !== V || own.M !== M || sample.x.length !== length)
      throw new DataError(
        'LAYOUT_MISMATCH',
        `${sample.origin} sample ${sample.id} (slot ${n} of batch ${plan.seq}) has ${describe(own)} and ${sample.x.length} values, but ` +
          `the stream's samples have ${describe(shape)} and ${length}: give both sources the same profile`,
        { details: { id: sample.id, got: own, expected: { K, C, T, V, M } } },
      );
    x.set(sample.x, n * length);
    y[n] = sample.label;
    origin[n] = ORIGIN_CODES[sample.origin];
    ids[n] = sample.id;
  }
  return {
    x,
    shape: { N, K, C, T, V, M },
    axes,
    y,
    origin,
    weight: new Float32Array(N).fill(1),
    ...(extras.length === 0 ? {} : { extras: gather(extras, samples) }),
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

/** The further tensors of samples, one behind the other. */
function gather(specs: readonly TensorSpec[], samples: readonly Sample[]): Record<string, SampleTensor> {
  return Object.fromEntries(
    specs.map(({ name, dtype, shape }) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const length = samples.length * size;
      const data = dtype === '<f4' ? new Float32Array(length) : new Int32Array(length);
      for (const [n, { id, origin, extras }] of samples.entries()) {
        const own = extras?.[name];
        if (own?.dtype !== dtype || own.data.length !== size)
          throw new DataError(
            'LAYOUT_MISMATCH',
            `${origin} sample ${id} has ${own ? `${own.dtype} [${own.shape.join(', ')}]` : 'nothing'} as "${name}", but the stream's samples have ` +
              `${dtype} [${shape.join(', ')}]: give both sources the same profile`,
            { details: { id, tensor: name } },
          );
        data.set(own.data, n * size);
      }
      return [name, { dtype, shape: [samples.length, ...shape], data }];
    }),
  );
}
