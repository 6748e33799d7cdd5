import { expect, test } from 'vitest';
import { assembleBatch, countOrigins } from '../../src/mixers/assemble.js';
import { createPlanner } from '../../src/mixers/planner.js';
import { infoOf, SHAPE, sampleOf } from './support/sources.js';

const plan = createPlanner({ batchSize: 3, epochSize: 6, ratio: 0.5, classes: { at: () => 0, change: () => {} } }).plan(3);
const info = infoOf(3, 6, 7);
const samples = [sampleOf('one', 4, 'real', 1), sampleOf('two', 5, 'synthetic', 2), sampleOf('three', 6, 'replayed', 3)];

test('a batch holds copies of its samples in order, and says where it stands', () => {
  const batch = assembleBatch(plan, samples, info, 7, 0.25, countOrigins(samples));
  samples[0]!.x.fill(99);
  expect(batch).toMatchObject({ seq: 3, epoch: 1, step: 1, rev: 7, shape: { N: 3, ...SHAPE } });
  expect(batch.ratio).toEqual({ target: 0.5, achieved: 0.25 });
  expect([...batch.x]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]);
  expect([...batch.y]).toEqual([4, 5, 6]);
  expect([...batch.origin]).toEqual([0, 1, 2]);
  expect([...batch.weight]).toEqual([1, 1, 1]);
  expect(batch.ids).toEqual(['one', 'two', 'three']);
  expect(batch.mix).toEqual({ real: 1, fresh: 1, replayed: 1 });
});

test.each([
  ['another number of frames', { shape: { ...SHAPE, T: 4 } }],
  ['too few values', { x: new Float32Array(5) }],
])('a sample with %s is refused by name', (_what, wrong) => {
  const odd = [samples[1]!, { ...samples[1]!, id: 'odd', ...wrong }];
  expect(() => assembleBatch(plan, odd, info, 0, 0, countOrigins(odd))).toThrow(
    /synthetic sample odd \(slot 1 of batch 3\).*C=2 T=3 V=1 M=1/,
  );
});

test('further tensors stand one behind the other, in the order that the stream names them', () => {
  const extrasOf = (value: number) => ({
    n: { dtype: '<i8', shape: [], data: Int32Array.of(value) } as const,
    t: { dtype: '<f4', shape: [2], data: Float32Array.of(value, -value) } as const,
  });
  const extras = [
    { name: 't', dtype: '<f4', shape: [2] },
    { name: 'n', dtype: '<i8', shape: [] },
  ] as const;
  const timed = samples.map((sample, i) => ({ ...sample, extras: extrasOf(i + 1) }));
  const batch = assembleBatch(plan, timed, { ...info, extras }, 0, 0, countOrigins(timed));
  expect(Object.entries(batch.extras!)).toEqual([
    ['t', { dtype: '<f4', shape: [3, 2], data: Float32Array.of(1, -1, 2, -2, 3, -3) }],
    ['n', { dtype: '<i8', shape: [3], data: Int32Array.of(1, 2, 3) }],
  ]);
  const lacking = [timed[0]!, samples[1]!, timed[2]!];
  expect(() => assembleBatch(plan, lacking, { ...info, extras }, 0, 0, countOrigins(lacking))).toThrow(
    /synthetic sample two has nothing as "t".*<f4 \[2\]/,
  );
});

test('samples of several clips of one recording keep their order of axes', () => {
  const form = { ...info, batchShape: { N: 3, ...SHAPE, K: 1 }, axes: 'KMTVC' as const };
  expect(assembleBatch(plan, samples, form, 0, 0, countOrigins(samples))).toMatchObject({
    axes: 'KMTVC',
    shape: { N: 3, ...SHAPE },
  });
});
