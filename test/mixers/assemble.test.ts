import { expect, test } from 'vitest';
import { assembleBatch, countOrigins } from '../../src/mixers/assemble.js';
import { createPlanner } from '../../src/mixers/planner.js';
import { infoOf, SHAPE, sampleOf } from './support/sources.js';

const plan = createPlanner({ batchSize: 3, epochSize: 6, ratio: 0.5, classOf: () => 0 }).plan(3);
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
