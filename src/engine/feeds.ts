import { ModelError } from '../core/errors.js';
import type { NamedArray, Shape } from './engine.js';

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/**
 * Checks that the feeds of a run are exactly the declared inputs.
 *
 * @throws ModelError WEIGHTS_SHAPE where a feed is missing, not declared, no Float32Array or of the wrong length
 */
export function checkFeeds(
  name: string,
  inputs: Readonly<Record<string, Shape>>,
  feeds: Readonly<Record<string, Float32Array>>,
): void {
  for (const input of Object.keys(inputs)) checkLength(`feed '${input}' of ${name}`, inputs[input]!, feeds[input]);
  for (const feed of Object.keys(feeds)) {
    if (Object.hasOwn(inputs, feed)) continue;
    throw new ModelError('WEIGHTS_SHAPE', `${name} got a feed '${feed}', which is none of its inputs: ${listOf(inputs)}`, {
      details: { function: name, feed, expected: Object.keys(inputs) },
    });
  }
}

/**
 * Checks the declared inputs and constants of a function before it is compiled.
 *
 * @throws ModelError WEIGHTS_SHAPE where a shape is no list of whole numbers, a constant's length does not fit its shape, or
 *   one name is both an input and a constant
 */
export function checkDeclarations(
  name: string,
  inputs: Readonly<Record<string, Shape>>,
  constants: Readonly<Record<string, NamedArray>>,
): void {
  for (const [input, shape] of Object.entries(inputs)) checkShape(`input '${input}' of ${name}`, shape);
  for (const [constant, { shape, data }] of Object.entries(constants)) {
    checkShape(`constant '${constant}' of ${name}`, shape);
    checkLength(`constant '${constant}' of ${name}`, shape, data);
    if (!Object.hasOwn(inputs, constant)) continue;
    throw new ModelError('WEIGHTS_SHAPE', `${name} declares '${constant}' both as an input and as a constant: rename one`, {
      details: { function: name, constant },
    });
  }
}

function checkShape(what: string, shape: Shape): void {
  if (Array.isArray(shape) && shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) return;
  throw new ModelError('WEIGHTS_SHAPE', `${what} has the shape ${JSON.stringify(shape)}; expected whole numbers from 0`, {
    details: { shape },
  });
}

function checkLength(what: string, shape: Shape, data: Float32Array | undefined): void {
  const expected = sizeOf(shape);
  if (data instanceof Float32Array && data.length === expected) return;
  const got = data === undefined ? 'nothing' : data instanceof Float32Array ? `${data.length} values` : 'no Float32Array';
  throw new ModelError(
    'WEIGHTS_SHAPE',
    `${what} got ${got}; expected a Float32Array of ${expected} values for the shape [${shape}]`,
    { details: { expected, got: data?.length, shape } },
  );
}

function listOf(inputs: Readonly<Record<string, Shape>>): string {
  return Object.keys(inputs).join(', ') || 'it has none';
}
