import { describe, expect, it, vi } from 'vitest';
import { DataError } from '../../../src/core/errors.js';
import { join, raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';

describe.each(KINDS)('a loop over a stream on %s', (kind) => {
  it('ends cleanly where the server stops, after what was received', async () => {
    const { at, server } = await serve({ endpoints: [freshAddress(kind)] });
    const stream = await join(at, { credit: 3 });
    const got: number[] = [];
    for await (const { seq } of stream) {
      got.push(seq);
      if (seq !== 0) continue;
      await vi.waitFor(() => expect(stream.received.batches).toBe(3));
      await server.close('maintenance');
    }
    expect(got).toEqual([0, 1, 2]);
    await expect(stream.stats()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('that is left by break gives back what was not finished, and closes', async () => {
    const { at, server } = await serve({ endpoints: [freshAddress(kind)] });
    const stream = await join(at, { credit: 2 });
    for await (const { seq } of stream) if (seq === 2) break;
    await vi.waitFor(() => expect(server.sessions()).toEqual([]));
    const next = await join(at);
    for await (const { seq } of next) {
      expect(seq).toBe(2);
      break;
    }
    expect(next.received.redelivered).toBeGreaterThan(0);
  });
});

describe('the iterator', () => {
  it('acknowledges a batch when the next one is asked for, not before', async () => {
    const { at, server } = await serve();
    const batches = (await join(at, { credit: 1 }))[Symbol.asyncIterator]();
    const first = await batches.next();
    expect(server.sessions()).toMatchObject([{ leases: 1, credit: 0, batchesSent: 1 }]);
    const second = await batches.next();
    expect(server.sessions()).toMatchObject([{ leases: 1, credit: 0, batchesSent: 2 }]);
    expect([first.value?.seq, second.value?.seq]).toEqual([0, 1]);
  });

  it('answers overlapping calls in their order, with a credit of one as well', async () => {
    const { at } = await serve();
    const batches = (await join(at, { credit: 1 }))[Symbol.asyncIterator]();
    const results = await Promise.all([batches.next(), batches.next(), batches.next(), batches.next()]);
    expect(results.map(({ value }) => value?.seq)).toEqual([0, 1, 2, 3]);
  });

  it('is done for good after return, and hands an error given to throw on', async () => {
    const { at } = await serve();
    const batches = (await join(at))[Symbol.asyncIterator]();
    await batches.next();
    expect(await batches.return?.()).toEqual({ done: true, value: undefined });
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    const others = (await join(at))[Symbol.asyncIterator]();
    await expect(others.throw?.(new Error('mine'))).rejects.toThrow('mine');
    expect(await others.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a pending next when the stream is closed beside it', async () => {
    const { at, source } = await serve();
    source.held = { code: 'source_slow', sinceMs: 0, hint: '' };
    const stream = await join(at);
    const pending = stream[Symbol.asyncIterator]().next();
    await stream.close();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('keeps its arrays: a batch belongs to the consumer after it is acknowledged', async () => {
    const { at } = await serve();
    const kept = [];
    for await (const batch of await join(at, { credit: 2 })) if (kept.push(batch) === 20) break;
    kept.forEach((batch, seq) => expect(batch.x.every((value) => value === seq)).toBe(true));
  });

  it('throws the error of a batch that could not be built, with its code, and closes', async () => {
    const { at, source, server } = await serve();
    const stream = await join(at);
    source.faults.push(new DataError('CLIP_EMPTY', 'clip 7 has no frame'));
    const batches = stream[Symbol.asyncIterator]();
    await expect(batches.next()).rejects.toMatchObject({ code: 'CLIP_EMPTY', message: 'clip 7 has no frame' });
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(server.sessions()).toEqual([]));
  });
});

it('the end of an epoch is told with the batches served', async () => {
  const { at } = await serve();
  const stream = await join(at);
  const ends: unknown[] = [];
  const stop = stream.onEpochEnd((end) => ends.push(end));
  for await (const { epoch } of stream) if (epoch === 2) break;
  stop();
  expect(ends.slice(0, 2)).toEqual([
    { epoch: 0, lastStep: 9, served: 10, next: 1 },
    { epoch: 1, lastStep: 9, served: 10, next: 2 },
  ]);
});

it('batches sent as float16 arrive as float32', async () => {
  const { at } = await serve();
  const stream = await join(at, { dtype: '<f2' });
  for await (const { x, seq } of stream) {
    expect(x).toEqual(new Float32Array(72).fill(seq));
    if (seq === 2) break;
  }
});

it('a credit above the cap of the server is cut to it', async () => {
  const { at, server } = await serve({ maxCredit: 2 });
  const stream = await join(at, { credit: 50 });
  const batches = stream[Symbol.asyncIterator]();
  for (let i = 0; i < 10; i++) await batches.next();
  const [session] = server.sessions();
  expect(session!.leases + session!.credit).toBeLessThanOrEqual(2);
  const other = raw(at);
  await other.hello();
});
