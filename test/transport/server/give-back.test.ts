import { expect, it, vi } from 'vitest';
import { join, provide, raw, serve, take } from '../support/open.js';

it('a batch that is given back goes to another consumer; at the third time it is dropped and counted', async () => {
  const { at, server } = await serve();
  const clients = [raw(at), raw(at), raw(at)];
  for (const client of clients) await client.hello();
  for (const [times, client] of clients.entries()) {
    await client.say({ k: 'CREDIT', n: 1 });
    const { lease, seq, redelivered } = await client.until('BATCH');
    expect([seq, redelivered]).toEqual([0, times === 0 ? undefined : true]);
    await client.say({ k: 'NAK', lease: [lease as number], reason: 'NaN in x' });
  }
  expect(await clients[2]!.until('ERROR')).toMatchObject({
    code: 'poison',
    ref: 'NAK',
    message: 'batch 0 was given back 3 times and is dropped, the last time because: NaN in x',
  });
  expect(server.stats()).toMatchObject({ 'server.poisoned': 1, 'server.leases': 0 });
  await clients[0]!.say({ k: 'CREDIT', n: 1 });
  expect(await clients[0]!.until('BATCH')).toMatchObject({ seq: 1 });
});

it('the loop gives the batch at work back and goes on', async () => {
  const { at } = await provide();
  const stream = await join(at, { credit: 1 });
  await take(stream, 1);
  stream.giveBack();
  expect((await take(stream, 2)).map(({ seq }) => seq)).toEqual([0, 1]);
  expect(stream.received.redelivered).toBe(1);
});

it('a batch that is touched is not overdue', async () => {
  const { at, server } = await serve({ leaseMs: 300 });
  const stream = await join(at, { credit: 1 });
  await take(stream, 1);
  const overdue = (): unknown => server.stats()['server.leasesOverdue'];
  await vi.waitFor(() => expect(overdue()).toBe(1));
  stream.touch();
  await vi.waitFor(() => expect(overdue()).toBe(0), { interval: 10 });
});

it('what trainers say of the classes is kept by class and offered to the source', async () => {
  const provided = await provide();
  const heard: unknown[] = [];
  provided.provider.main.feedback = (feedback) => heard.push(feedback);
  const stream = await join(provided.at, { name: 'gpu 0' });
  stream.feedback('loss', [0.5, null, 2], 10);
  stream.feedback('loss', [null, 1, null], 20);
  stream.feedback('accuracy', [0.25, null, null], 20);
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard[0]).toEqual({ kind: 'loss', values: [0.5, null, 2], step: 10, by: 'gpu 0' });
  expect(provided.server.stats()).toMatchObject({
    'feedback.count': 3,
    'feedback.step': 20,
    'feedback.loss.c0': 0.5,
    'feedback.loss.c1': 1,
    'feedback.loss.c2': 2,
    'feedback.accuracy.c0': 0.25,
  });
  const client = raw(provided.at);
  await client.hello();
  await client.say({ k: 'FEEDBACK', kind: 'loss', values: [1], step: 1 });
  expect(await client.until('ERROR')).toMatchObject({ code: 'out_of_range', field: 'values', got: 1 });
});
