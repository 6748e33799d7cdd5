import { isBatched, rowSize } from './batch-shape.js';
import type { InputShape } from './engine.js';
import type { Program } from './program.js';

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
  { run, maxRows = Number.POSITIVE_INFINITY, minRows = 1, outputs: shapes }: Omit<Program, 'release'>,
  inputs: Readonly<Record<string, InputShape>>,
  feeds: Readonly<Record<string, Float32Array>>,
  batch: number,
): Promise<Record<string, Float32Array>> {
  if (batch >= minRows && batch <= maxRows) return run(feeds);
  const results: Record<string, Float32Array> = {};
  for (const [name, shape] of Object.entries(shapes)) results[name] = new Float32Array(batch * rowSize(shape));
  const numChunks = batch === 0 ? 0 : Math.max(1, Math.ceil(batch / maxRows));
  for (let chunk = 0; chunk < numChunks; chunk++) {
    const first = Math.floor((chunk * batch) / numChunks);
    const numRows = Math.floor(((chunk + 1) * batch) / numChunks) - first;
    const part = await run(mapped(feeds, (feed, name) => rowsOf(feed, inputs[name]!, first, numRows, minRows)));
    for (const [name, values] of Object.entries(part)) {
      const size = rowSize(shapes[name]!);
      results[name]!.set(values.subarray(0, numRows * size), first * size);
    }
  }
  return results;
}

/** The rows of a feed, at least `minRows`; the feed itself where it has no rows. */
function rowsOf(feed: Float32Array, shape: InputShape, first: number, numRows: number, minRows: number): Float32Array {
  if (!isBatched(shape)) return feed;
  const size = rowSize(shape);
  const rows = feed.subarray(first * size, (first + numRows) * size);
  if (numRows >= minRows) return rows;
  const repeated = new Float32Array(minRows * size);
  for (let row = 0; row < minRows; row++) {
    const from = Math.min(row, numRows - 1) * size;
    repeated.set(rows.subarray(from, from + size), row * size);
  }
  return repeated;
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}
