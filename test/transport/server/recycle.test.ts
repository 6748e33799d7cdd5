import { expect, it, vi } from 'vitest';
import type { Batch } from '../../../src/core/batch.js';
import { ArraySource } from '../support/array-source.js';
import { raw, serve } from '../support/open.js';
import { freshAddress } from '../support/places.js';

/** A source that writes down which batches come back to it. */
class Returns extends ArraySource {
  readonly recycled: number[] = [];
  recycle(batch: Batch): void {
    this.recycled.push(batch.seq);
  }
}

it.each(['tcp', 'ipc'] as const)(
  'gives a batch back to the source when its consumer over %s acknowledged it, and once',
  async (kind) => {
    const source = new Returns();
    const { at } = await serve({ source, endpoints: [freshAddress(kind)] });
    const client = raw(at);
    await client.hello();
    await client.say({ k: 'CREDIT', n: 2, ack: [] });
    const [first] = [await client.until('BATCH'), await client.until('BATCH')];
    expect(source.recycled).toEqual([]);
    await client.say({ k: 'CREDIT', n: 0, ack: [first.lease, first.lease, 999] });
    await vi.waitFor(() => expect(source.recycled).toEqual([0]));
  },
);

it('keeps a batch that was sent to two consumers: the first may still be about to read it', async () => {
  const source = new Returns();
  const { at, server } = await serve({ source });
  const [leaver, stayer] = [raw(at), raw(at)];
  await leaver.hello();
  await stayer.hello();
  await leaver.say({ k: 'CREDIT', n: 1, ack: [] });
  await leaver.until('BATCH');
  await leaver.say({ k: 'BYE', reason: 'done' });
  await vi.waitFor(() => expect(server.sessions()).toHaveLength(1));
  await stayer.say({ k: 'CREDIT', n: 2, ack: [] });
  const [again, fresh] = [await stayer.until('BATCH'), await stayer.until('BATCH')];
  expect(again).toMatchObject({ seq: 0, redelivered: true });
  await stayer.say({ k: 'CREDIT', n: 0, ack: [again.lease, fresh.lease] });
  await vi.waitFor(() => expect(source.recycled).toEqual([1]));
});

it('keeps all batches where consumers may be in the same process and read them without a copy', async () => {
  const source = new Returns();
  const { at, server } = await serve({ source, endpoints: [freshAddress('inproc')] });
  const client = raw(at);
  await client.hello();
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  const { lease } = await client.until('BATCH');
  await client.say({ k: 'CREDIT', n: 0, ack: [lease] });
  await vi.waitFor(() => expect(server.stats()).toMatchObject({ 'server.leases': 0 }));
  expect(source.recycled).toEqual([]);
});
