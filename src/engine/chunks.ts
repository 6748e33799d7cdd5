import { isBatched, rowSize } from './batch-shape.js';
import type { InputShape } from './engine.js';
import type { Program } from './engine-of.js';

/** Bytes that the tensors of one run may hold, on engines that nobody told another number: 1 GiB. */
export const DEFAULT_MAX_RUN_BYTES = 2 ** 30;

/**
 * How many rows one run may have.
 *
 * @param memory bytes that a run holds whatever its size, and those for each row
 * @returns at least 1; undefined where rows cost nothing
 */
export function rowsWithin(
  maxBytes: number,
  { peakBytes, rowBytes }: { readonly peakBytes: number; readonly rowBytes: number },
): number | undefined {
  if (rowBytes === 0) return undefined;
  return Math.max(1, Math.floor((maxBytes - peakBytes) / rowBytes));
}

/**
 * Runs a batched program, in as few chunks of about equal size as its `maxRows` allows, one after the other. Inputs without rows
 * are given to each chunk.
 *
 * @param batch number of rows of the feeds; of none, empty outputs come back without a run
 */
export async function runInChunks(
  { run, maxRows = Number.POSITIVE_INFINITY, outputs: shapes }: Pick<Program, 'run' | 'maxRows' | 'outputs'>,
  inputs: Readonly<Record<string, InputShape>>,
  feeds: Readonly<Record<string, Float32Array>>,
  batch: number,
): Promise<Record<string, Float32Array>> {
  if (batch > 0 && batch <= maxRows) return run(feeds);
  const results: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes)) results[name] = new Float32Array(batch * rowSize(shape));
  const numChunks = Math.ceil(batch / maxRows);
  for (let chunk = 0; chunk < numChunks; chunk++) {
    const [first, end] = [Math.floor((chunk * batch) / numChunks), Math.floor(((chunk + 1) * batch) / numChunks)];
    const rows = (array: Float32Array, shape: InputShape): Float32Array =>
      isBatched(shape) ? array.subarray(first * rowSize(shape), end * rowSize(shape)) : array;
    const part = await run(Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, rows(feed, inputs[name]!)])));
    for (const [name, values] of Object.entries(part)) results[name]!.set(values, first * rowSize(shapes[name]!));
  }
  return results;
}
