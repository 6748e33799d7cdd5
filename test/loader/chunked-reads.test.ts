import { expect, it, vi } from 'vitest';
import { packError } from '../../src/core/error-transfer.js';
import { DataError } from '../../src/core/errors.js';
import type { Prepared } from '../../src/core/sample.js';
import { createChunkedReads } from '../../src/loader/chunked-reads.js';
import type { ClipReader, ReadResult } from '../../src/loader/clip-reader.js';

const items = Array.from({ length: 100 }, (_, i) => ({ id: `c${i}`, label: 0, subject: 's' }));
const preparedOf = (index: number): Prepared => ({ id: `c${index}` }) as Prepared;

/** A reader whose chunks end when the test says so. */
function manualReader(result: (index: number) => ReadResult = (index) => ({ prepared: preparedOf(index) })) {
  const chunks: { readonly indices: readonly number[]; readonly finish: () => void }[] = [];
  const close = vi.fn(async () => {});
  const reader: ClipReader = {
    read: (indices) => new Promise((resolve) => chunks.push({ indices, finish: () => resolve(indices.map(result)) })),
    close,
  };
  return { reader, chunks, close };
}

it('gathers what is asked for in one turn into chunks that all workers share', async () => {
  const { reader, chunks } = manualReader();
  const reads = createChunkedReads(reader, items, 2);
  const asked = [4, 7, 1, 9, 3].map((index) => reads.read(index));
  await Promise.resolve();
  expect(chunks.map(({ indices }) => indices)).toEqual([
    [4, 7, 1],
    [9, 3],
  ]);
  for (const { finish } of chunks) finish();
  expect((await Promise.all(asked)).map(({ id }) => id)).toEqual(['c4', 'c7', 'c1', 'c9', 'c3']);
});

it('makes chunks of at most 16', async () => {
  const { reader, chunks } = manualReader();
  const reads = createChunkedReads(reader, items, 1);
  for (let i = 0; i < 40; i++) void reads.read(i);
  await Promise.resolve();
  expect(chunks.map(({ indices }) => indices.length)).toEqual([16, 16, 8]);
});

it('reads a clip once for all who ask while it is under way, and again afterwards', async () => {
  const { reader, chunks } = manualReader();
  const reads = createChunkedReads(reader, items, 1);
  const first = reads.read(5);
  await Promise.resolve();
  expect(reads.read(5)).toBe(first);
  expect(reads.pending).toBe(1);
  chunks[0]!.finish();
  await first;
  expect(reads.pending).toBe(0);
  void reads.read(5);
  await Promise.resolve();
  expect(chunks).toHaveLength(2);
});

it('rejects the bad clip of a chunk alone, with its own error', async () => {
  const bad = new DataError('CLIP_NOT_FINITE', 'not finite', { details: { frame: 3 } });
  const { reader, chunks } = manualReader((index) => (index === 2 ? { error: packError(bad) } : { prepared: preparedOf(index) }));
  const reads = createChunkedReads(reader, items, 1);
  const [good, failed] = [reads.read(1), reads.read(2)];
  await Promise.resolve();
  chunks[0]!.finish();
  await expect(failed).rejects.toMatchObject({ name: 'DataError', code: 'CLIP_NOT_FINITE', details: { frame: 3 } });
  expect((await good).id).toBe('c1');
});

it('notices a worker that sees other files', async () => {
  const { reader, chunks } = manualReader(() => ({ prepared: preparedOf(8) }));
  const reads = createChunkedReads(reader, items, 1);
  const read = reads.read(7);
  await Promise.resolve();
  chunks[0]!.finish();
  await expect(read).rejects.toMatchObject({
    code: 'DATA_PATH_MISSING',
    message: expect.stringContaining('clip c8 where c7 was'),
  });
});

it('rejects what is under way when it is closed, and everything after', async () => {
  const { reader, close } = manualReader();
  const reads = createChunkedReads(reader, items, 1);
  const read = reads.read(7);
  await Promise.resolve();
  await Promise.all([reads.close(), reads.close()]);
  await expect(read).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(reads.read(1)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(close).toHaveBeenCalledOnce();
});
