import { expect, test } from 'vitest';
import { createFloatPool } from '../../src/mixers/float-pool.js';
import { createMixer } from '../../src/mixers/mixer.js';
import { arrayReal, infoOf } from './support/sources.js';

test('gives an array out again, but to one taker only, though it was given back twice', () => {
  const pool = createFloatPool(4, 8);
  const first = pool.take(4);
  pool.give(first);
  pool.give(first);
  expect(pool.take(4)).toBe(first);
  expect(pool.take(4)).not.toBe(first);
});

test('keeps arrays of its length only, and no more than it may', () => {
  const pool = createFloatPool(4, 2);
  const arrays: Float32Array[] = [new Float32Array(3), new Float32Array(4), new Float32Array(4), new Float32Array(4)];
  arrays.forEach(pool.give);
  expect(pool.take(3)).not.toBe(arrays[0]);
  const taken = [pool.take(4), pool.take(4), pool.take(4)];
  expect(taken.filter((array) => arrays.includes(array))).toHaveLength(2);
  expect(taken.every((array) => array.length === 4)).toBe(true);
});

test('a mixer fills the memory of a batch that was given back with the next batch, and never that of one that was not', async () => {
  const mixer = createMixer({
    real: arrayReal(6, 2),
    synthetic: null,
    info: infoOf(2, 6, 2),
    settings: { ratio: 0, paused: false },
  });
  const kept = await mixer.next();
  const values = [...kept.x];
  const returned = await mixer.next();
  const memory = returned.x;
  mixer.recycle!(returned);
  const reference = createMixer({
    real: arrayReal(6, 2),
    synthetic: null,
    info: infoOf(2, 6, 2),
    settings: { ratio: 0, paused: false },
  });
  const expected = [await reference.next(), await reference.next(), await reference.next()][2]!;
  const next = await mixer.next();
  expect(next.x).toBe(memory);
  expect(next.x).toEqual(expected.x);
  expect((await mixer.next()).x).not.toBe(memory);
  expect([...kept.x]).toEqual(values);
});
