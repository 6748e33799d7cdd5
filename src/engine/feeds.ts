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
 * Checks the declared inputs, constants and state of a function before it is compiled.
 *
 * @param given the arrays that come with the declaration, by what they are
 * @throws ModelError WEIGHTS_SHAPE where a shape is no list of whole numbers, an array's length does not fit its shape, or one
 *   name is declared twice
 */
export function checkDeclarations(
  name: string,
  inputs: Readonly<Record<string, Shape>>,
  given: Readonly<Record<'constant' | 'state', Readonly<Record<string, NamedArray>>>>,
): void {
  const kinds = new Map(Object.keys(inputs).map((input) => [input, 'input']));
  for (const [input, shape] of Object.entries(inputs)) checkShape(`input '${input}' of ${name}`, shape);
  for (const [kind, arrays] of Object.entries(given)) {
    for (const [array, { shape, data }] of Object.entries(arrays)) {
      checkShape(`${kind} '${array}' of ${name}`, shape);
      checkLength(`${kind} '${array}' of ${name}`, shape, data);
      const before = kinds.get(array);
      kinds.set(array, kind);
      if (before === undefined) continue;
      throw new ModelError('WEIGHTS_SHAPE', `${name} declares '${array}' both as ${before} and as ${kind}: rename one`, {
        details: { function: name, [kind]: array },
      });
    }
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
