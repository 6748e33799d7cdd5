import { ModelError } from '../core/errors.js';
import { anyBatched, isBatched, rowSize } from './batch-shape.js';
import type { InputShape, NamedArray, Shape } from './engine.js';

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/**
 * Checks that the feeds of a run are exactly the declared inputs.
 *
 * @returns the number of rows B of the batched inputs, or undefined where there is none
 * @throws ModelError WEIGHTS_SHAPE where a feed is missing, not declared, no Float32Array or of the wrong length, or where two
 *   have different numbers of rows
 */
export function checkFeeds(
  name: string,
  inputs: Readonly<Record<string, InputShape>>,
  feeds: Readonly<Record<string, Float32Array>>,
): number | undefined {
  let known: { readonly input: string; readonly batch: number } | undefined;
  for (const [input, shape] of Object.entries(inputs)) {
    const what = `feed '${input}' of ${name}`;
    const size = rowSize(shape);
    if (!isBatched(shape)) checkLength(what, shape, feeds[input]);
    else if (size === 0) checkLength(what, [0], feeds[input]);
    else {
      const batch = countRows(what, shape, feeds[input]);
      if (known !== undefined && known.batch !== batch) {
        throw new ModelError(
          'WEIGHTS_SHAPE',
          `feed '${input}' of ${name} has ${batch} rows, but '${known.input}' has ${known.batch}; expected equal numbers of rows`,
          { details: { function: name, [input]: batch, [known.input]: known.batch } },
        );
      }
      known ??= { input, batch };
    }
  }
  for (const feed of Object.keys(feeds)) {
    if (Object.hasOwn(inputs, feed)) continue;
    throw new ModelError('WEIGHTS_SHAPE', `${name} got a feed '${feed}', which is none of its inputs: ${listOf(inputs)}`, {
      details: { function: name, feed, expected: Object.keys(inputs) },
    });
  }
  return known?.batch;
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
  inputs: Readonly<Record<string, InputShape>>,
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
  checkBatched(name, inputs, given.state);
}

function checkShape(what: string, shape: InputShape): void {
  const isDim = (dim: unknown, axis: number): boolean =>
    (Number.isSafeInteger(dim) && (dim as number) >= 0) || (dim === 'B' && axis === 0 && what.startsWith('input'));
  if (Array.isArray(shape) && shape.every(isDim)) return;
  const expected = `whole numbers from 0${what.startsWith('input') ? ", or 'B' as the first axis" : ''}`;
  throw new ModelError('WEIGHTS_SHAPE', `${what} has the shape ${JSON.stringify(shape)}; expected ${expected}`, {
    details: { shape },
  });
}

function checkBatched(
  name: string,
  inputs: Readonly<Record<string, InputShape>>,
  state: Readonly<Record<string, NamedArray>>,
): void {
  if (!anyBatched(inputs)) return;
  if (Object.keys(state).length > 0) {
    throw new ModelError(
      'WEIGHTS_SHAPE',
      `${name} has batched inputs and state, which does not go together: fix the size of its batch`,
      {
        details: { function: name },
      },
    );
  }
  if (Object.values(inputs).some((shape) => isBatched(shape) && rowSize(shape) > 0)) return;
  throw new ModelError('WEIGHTS_SHAPE', `no input of ${name} tells the number of rows: rows of all batched inputs are empty`, {
    details: { function: name },
  });
}

function countRows(what: string, shape: InputShape, data: Float32Array | undefined): number {
  const size = rowSize(shape);
  if (data instanceof Float32Array && data.length % size === 0) return data.length / size;
  throw wrongLength(what, `a multiple of ${size} values`, shape, data);
}

function checkLength(what: string, shape: Shape, data: Float32Array | undefined): void {
  const expected = sizeOf(shape);
  if (data instanceof Float32Array && data.length === expected) return;
  throw wrongLength(what, `${expected} values`, shape, data);
}

function wrongLength(what: string, expected: string, shape: InputShape, data: Float32Array | undefined): ModelError {
  const got = data === undefined ? 'nothing' : data instanceof Float32Array ? `${data.length} values` : 'no Float32Array';
  return new ModelError('WEIGHTS_SHAPE', `${what} got ${got}; expected a Float32Array of ${expected} for the shape [${shape}]`, {
    details: { expected: rowSize(shape), got: data?.length, shape },
  });
}

function listOf(inputs: Readonly<Record<string, InputShape>>): string {
  return Object.keys(inputs).join(', ') || 'it has none';
}
