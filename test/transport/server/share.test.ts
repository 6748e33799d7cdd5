import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/core/batch.js';
import { batchDigest } from '../../../src/transport/protocol/index.js';
import { ArraySource, numberedBatch } from '../support/array-source.js';
import { join, raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';

describe.each(KINDS)('a stream over %s', (kind) => {
  it('reaches one consumer whole, in order and unchanged', async () => {
    const { at, source } = await serve({ endpoints: [freshAddress(kind)] });
    const stream = await join(at);
    const got: Batch[] = [];
    for await (const batch of stream) if (got.push(batch) === 25) break;
    expect(got).toEqual(got.map((_, seq) => numberedBatch(seq, source.settings, 0, 10)));
  });

  it('is shared by several consumers without loss or repetition', async () => {
    const { at, server } = await serve({ endpoints: [freshAddress(kind)] });
    const streams = await Promise.all([1, 2, 3].map((i) => join(at, { name: `worker ${i}`, credit: i })));
    expect(
      server
        .sessions()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['worker 1', 'worker 2', 'worker 3']);
    const seqs: number[][] = await Promise.all(
      streams.map(async (stream) => {
        const mine: number[] = [];
        for await (const { seq } of stream) {
          mine.push(seq);
          if (seq >= 90) break;
        }
        return mine;
      }),
    );
    for (const mine of seqs) expect(mine).toEqual([...mine].sort((a, b) => a - b));
    // Batches that a leaver held go to those that remain, so up to 90 nothing is missing; beyond, the last leaver's are left.
    const all = seqs.flat().sort((a, b) => a - b);
    const within = all.filter((seq) => seq < 90);
    expect(within).toEqual(Array.from({ length: 90 }, (_, seq) => seq));
  });

  it('tells every consumer the end of an epoch with the same last step', async () => {
    const { at } = await serve({ endpoints: [freshAddress(kind)], source: new ArraySource({ epochBatches: 6 }) });
    const [a, b] = [raw(at), raw(at)];
    await a.hello();
    await b.hello();
    await a.say({ k: 'CREDIT', n: 4, ack: [] });
    for (let i = 0; i < 4; i++) await a.until('BATCH');
    await b.say({ k: 'CREDIT', n: 3, ack: [] });
    expect(await b.until('END')).toEqual({ k: 'END', epoch: 0, lastStep: 5, served: 2, next: 1 });
    expect(await a.until('END')).toEqual({ k: 'END', epoch: 0, lastStep: 5, served: 4, next: 1 });
    expect(await b.until('BATCH')).toMatchObject({ seq: 6, epoch: 1, step: 0 });
  });

  it('sends the tensors in frames of their own, or in the header for who asks', async () => {
    const { at } = await serve({ endpoints: [freshAddress(kind)] });
    const [apart, inline] = [raw(at), raw(at)];
    await apart.hello();
    await inline.hello({ inline: true, dtype: '<f2' });
    await apart.say({ k: 'CREDIT', n: 1, ack: [] });
    const first = await apart.receive();
    expect(first.payload.map(({ byteLength }) => byteLength)).toEqual([288, 16, 2, 8]);
    expect(first.header).toMatchObject({ seq: 0, digest: batchDigest(0, ['clip-0', 'clip-1'], [0, 1]) });
    expect(first.header).not.toHaveProperty('redelivered');
    await inline.say({ k: 'CREDIT', n: 1, ack: [] });
    const second = await inline.receive();
    expect(second.payload).toEqual([]);
    expect(second.header.tensors).toMatchObject([
      { name: 'x', dtype: '<f2', shape: [2, 3, 4, 3, 1] },
      { name: 'y', dtype: '<i8', shape: [2] },
      { name: 'origin', dtype: '|u1', shape: [2], data: Buffer.from([0, 1]) },
      { name: 'weight', dtype: '<f4', shape: [2] },
    ]);
  });
});

it('gives each new batch to the consumer that has waited longest', async () => {
  const { at } = await serve();
  const [a, b] = [raw(at), raw(at)];
  await a.hello();
  await b.hello();
  await a.say({ k: 'CREDIT', n: 1, ack: [] });
  const { lease } = await a.until('BATCH');
  await b.say({ k: 'CREDIT', n: 3, ack: [] });
  await b.until('BATCH');
  await a.say({ k: 'CREDIT', n: 3, ack: [lease] });
  const seqs = [await a.until('BATCH'), await a.until('BATCH'), await a.until('BATCH')].map(({ seq }) => seq as number);
  expect(seqs).toHaveLength(3);
  expect(Math.max(...seqs)).toBeLessThanOrEqual(6);
});

it('builds no batch without a credit and none beyond it', async () => {
  const { at, source, server } = await serve();
  const client = raw(at);
  await client.hello();
  expect(source.nextSeq).toBe(0);
  await client.say({ k: 'CREDIT', n: 6, ack: [] });
  for (let i = 0; i < 6; i++) await client.until('BATCH');
  await client.say({ k: 'STATS', requestId: 1 });
  await client.until('STATS');
  expect(source.nextSeq).toBe(6);
  expect(source.mostBuilding).toBeLessThanOrEqual(4);
  expect(server.sessions()).toMatchObject([{ credit: 0, leases: 6, batchesSent: 6 }]);
});

it('lets a slow consumer hold up nobody', async () => {
  const { at, server } = await serve();
  const [slow, fast] = [await join(at, { credit: 2 }), await join(at)];
  const kept = slow[Symbol.asyncIterator]();
  const first = await kept.next();
  let count = 0;
  for await (const _ of fast) if (++count === 100) break;
  expect(server.sessions().find(({ leases }) => leases === 2)).toMatchObject({ credit: 0 });
  expect((await kept.next()).value?.seq).toBe((first.value?.seq ?? Number.NaN) + 1);
});
