import { expect } from 'vitest';
import { keyedRandom } from '../../src/core/random.js';
import type { Engine, NamedArray, Shape, Tensors } from '../../src/engine/engine.js';
import { sizeOf } from '../../src/engine/feeds.js';

/** Largest difference allowed between an engine and cpu, as a share of the largest magnitude in the output (at least 1). */
export const TOLERANCE = 1e-5;

/** Reproducible values of a shape, uniform in a range. */
export function values(shape: Shape, key: string, [low, high]: readonly [number, number] = [-2, 2]): Float32Array {
  const random = keyedRandom('engine test', key);
  return Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform());
}

/** Asserts that two outputs agree: the same length, the same places that are not finite, and the rest within the tolerance. */
export function expectClose(got: Float32Array, expected: Float32Array, what: string, tolerance = TOLERANCE): void {
  expect(got.length, `${what}: number of values`).toBe(expected.length);
  const scale = expected.reduce((largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest), 1);
  expected.forEach((value, i) => {
    const same = Object.is(value, got[i]) || Math.abs(value - got[i]!) <= tolerance * scale;
    if (!same) expect.fail(`${what}[${i}] is ${got[i]}, on cpu ${value}; allowed difference ${tolerance * scale}`);
  });
}

/** Compiles a function on two engines, runs both on the same feeds and asserts that the outputs agree. */
export async function expectAgreement(
  engines: { readonly tested: Engine; readonly oracle: Engine },
  fn: (tensors: Tensors) => Tensors,
  feeds: Readonly<Record<string, NamedArray>>,
  name = 'case',
  tolerance = TOLERANCE,
): Promise<Record<string, Float32Array>> {
  const shapes = Object.fromEntries(Object.entries(feeds).map(([input, { shape }]) => [input, shape]));
  const data = Object.fromEntries(Object.entries(feeds).map(([input, array]) => [input, array.data]));
  const tested = await engines.tested.compile(fn, shapes, { name });
  const oracle = await engines.oracle.compile(fn, shapes, { name });
  const got = await tested.run(data);
  const expected = await oracle.run(data);
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const output of Object.keys(expected)) {
    expect(got[output]!.length, `${name}.${output} has its declared shape`).toBe(sizeOf(tested.outputs[output] as Shape));
    expectClose(got[output]!, expected[output]!, `${name}.${output}`, tolerance);
  }
  await tested.release();
  await oracle.release();
  return got;
}
