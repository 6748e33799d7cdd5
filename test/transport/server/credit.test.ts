import { expect, it } from 'vitest';
import { DataError } from '../../../src/core/errors.js';
import { join, raw, serve } from '../support/open.js';

it('more credit and unacknowledged batches than the cap is refused, and nothing of it granted', async () => {
  const { at, source, server } = await serve({ maxCredit: 4 });
  const client = raw(at);
  const welcome = await client.hello();
  expect(welcome.limits).toEqual({ maxCredit: 4, maxInboundBytes: 1048576 });
  await client.say({ k: 'CREDIT', n: 5, ack: [] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'over_credit', field: 'n', got: 5, retry: 'never', ref: 'CREDIT' });
  expect(source.nextSeq).toBe(0);
  await client.say({ k: 'CREDIT', n: 4, ack: [] });
  const leases = [];
  for (let i = 0; i < 4; i++) leases.push((await client.until('BATCH')).lease);
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'over_credit', message: expect.stringContaining('makes 5') });
  await client.say({ k: 'CREDIT', n: 2, ack: leases.slice(0, 2) });
  expect(await client.until('BATCH')).toMatchObject({ seq: 4 });
  expect(await client.until('BATCH')).toMatchObject({ seq: 5 });
  expect(server.stats()).toMatchObject({ 'server.leases': 4, 'server.credit': 0 });
});

it('an acknowledgement of a lease that is not held changes nothing', async () => {
  const { at, server } = await serve();
  const [client, other] = [raw(at), raw(at)];
  await client.hello();
  await other.hello();
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  const { lease } = await client.until('BATCH');
  await other.say({ k: 'CREDIT', n: 0, ack: [lease, 77] });
  await other.say({ k: 'STATS', requestId: 1 });
  await other.until('STATS');
  expect(server.stats()['server.leases']).toBe(1);
});

it('after a change of ratio at most as many old batches come as credit was out, in a thousand changes', async () => {
  const { at } = await serve();
  const credit = 3;
  const stream = await join(at, { credit });
  const batches = stream[Symbol.asyncIterator]();
  await batches.next();
  for (let round = 0; round < 1000; round++) {
    const ratio = (round % 10) / 10;
    const change = await stream.setRatio(ratio);
    expect(stream.ratio).toBe(ratio);
    let old = 0;
    for (;;) {
      const { value: batch } = await batches.next();
      expect(batch!.seq < change.effectiveSeq).toBe(batch!.rev < change.rev);
      if (batch!.rev === change.rev) {
        expect(batch!.ratio.target).toBe(ratio);
        break;
      }
      old++;
    }
    if (old > credit) throw new Error(`${old} old batches after change ${round}`);
  }
});

it('a batch that can not be built is an error to who waits, and the server lives on', async () => {
  const { at, source } = await serve();
  const [waiting, idle] = [raw(at), raw(at)];
  await waiting.hello();
  await idle.hello();
  source.faults.push(new DataError('FORMAT_TRUNCATED', 'frame 41 lists 2 bodies'));
  await waiting.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await waiting.until('ERROR')).toEqual({
    k: 'ERROR',
    code: 'internal',
    message: 'frame 41 lists 2 bodies',
    retry: 'never',
    ref: 'CREDIT',
    cause: 'FORMAT_TRUNCATED',
  });
  await waiting.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await waiting.until('BATCH')).toMatchObject({ seq: 0 });
  await idle.say({ k: 'STATS', requestId: 'x' });
  expect((await idle.receive()).header).toMatchObject({ k: 'STATS', requestId: 'x' });
});

it('batches that were built beside a failed one wait for the next credit', async () => {
  const { at, source } = await serve();
  const client = raw(at);
  await client.hello();
  source.faults.push(new Error('once'));
  await client.say({ k: 'CREDIT', n: 3, ack: [] });
  expect(await client.until('ERROR')).toMatchObject({ message: 'once' });
  await client.say({ k: 'CREDIT', n: 3, ack: [] });
  for (const seq of [0, 1, 2]) expect(await client.until('BATCH')).toMatchObject({ seq });
});
