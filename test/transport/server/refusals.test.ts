import { expect, it } from 'vitest';
import { encodeHeader } from '../../../src/transport/protocol/header.js';
import { raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';

it.each(KINDS)('what is wrong over %s is answered with its code, and the session goes on', async (kind) => {
  const { at } = await serve({ endpoints: [freshAddress(kind)] });
  const client = raw(at);
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await client.until('ERROR')).toMatchObject({ code: 'unknown_session', retry: 'rehello', ref: 'CREDIT' });
  await client.say({ k: 'HELLO', v: [2, 3], client: 'new/2', lang: 'l', mode: 'share', credit: 1 });
  expect(await client.until('ERROR')).toMatchObject({
    code: 'bad_version',
    field: 'v',
    got: [2, 3],
    retry: 'never',
    message: expect.stringContaining('speaks SKMX/1 (version 1), the client versions 2 to 3'),
  });
  await client.hello();
  await client.say({ k: 'TELEPORT' });
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message', field: 'k', got: '"TELEPORT"' });
  await client.say({ k: 'SEEK', epoch: 'two', step: 0 });
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message', field: 'epoch', got: '"two"', ref: 'SEEK' });
  await client.say({ k: 'CREDIT', n: 'many' });
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message', field: 'n', got: '"many"', ref: 'CREDIT' });
  await client.bytes(Buffer.from('garbage'));
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message' });
  await client.bytes(encodeHeader({ k: 'PING', t: 1 }), Buffer.from('more'));
  expect(await client.until('ERROR')).toMatchObject({ code: 'bad_message', message: expect.stringContaining('got 2 frames') });
  await client.bytes(encodeHeader({ k: 'PING', t: 'x'.repeat(1024 * 1024) }));
  expect(await client.until('ERROR')).toMatchObject({ code: 'too_large', field: 'header' });
  await client.say({ k: 'PING', t: { any: [1, 'thing'] } });
  expect(await client.until('PONG')).toEqual({ k: 'PONG', t: { any: [1, 'thing'] } });
});

it('a frame far beyond the limit ends the connection, and others do not notice', async () => {
  const { at } = await serve();
  const [huge, other] = [raw(at), raw(at)];
  await huge.hello();
  await other.hello();
  await huge.bytes(Buffer.alloc(8 * 1024 * 1024));
  await other.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await other.until('BATCH')).toMatchObject({ seq: 0 });
});

it('a second HELLO opens a new session, whose predecessor gives its batches back', async () => {
  const { at } = await serve();
  const client = raw(at);
  const first = await client.hello();
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  await client.until('BATCH');
  const second = await client.hello();
  expect(second.session).not.toBe(first.session);
  expect(second.bootId).toBe(first.bootId);
  await client.say({ k: 'CREDIT', n: 1, ack: [] });
  expect(await client.until('BATCH')).toMatchObject({ seq: 0, redelivered: true });
});

it('one session too many is refused', async () => {
  const { at } = await serve({ maxSessions: 1 });
  const [first, second] = [raw(at), raw(at)];
  await first.hello();
  await second.say({ k: 'HELLO', v: [1, 1], client: 'c', lang: 'l', mode: 'share', credit: 1 });
  expect(await second.until('ERROR')).toMatchObject({ code: 'group_full', retry: 1000 });
});

it('a session that waits with credit hears why, again and again', async () => {
  const { at, source } = await serve({ stallMs: 20 });
  source.held = { code: 'paused', sinceMs: 5, hint: 'the stream is paused' };
  const [waiting, idle] = [raw(at), raw(at)];
  await waiting.hello();
  await idle.hello();
  await waiting.say({ k: 'CREDIT', n: 1, ack: [] });
  const first = await waiting.until('STALL');
  expect(first).toMatchObject({ code: 'paused', hint: 'the stream is paused' });
  const second = await waiting.until('STALL');
  expect(second.sinceMs).toBeGreaterThan(first.sinceMs as number);
  source.release();
  await waiting.until('BATCH');
  await idle.say({ k: 'PING', t: 0 });
  expect((await idle.receive()).header.k).toBe('PONG');
});
