import { describe, expect, it } from 'vitest';
import { connectControl } from '../../../src/transport/client/index.js';
import { ChangeLogDigest } from '../../../src/transport/protocol/index.js';
import { join, raw, serve } from '../support/open.js';
import { freshAddress, KINDS } from '../support/places.js';

describe('a live setting', () => {
  it.each(KINDS)('changed over %s is announced to all, with the requestId to who asked', async (kind) => {
    const { at, source } = await serve({ endpoints: [freshAddress(kind)] });
    const [asker, other] = [raw(at), raw(at)];
    await asker.hello({ name: 'desk' });
    await other.hello({ mode: 'control' });
    await asker.say({ k: 'SET', key: 'ratio', value: 0.4, at: 'next', requestId: 'q1' });
    const change = { k: 'CHANGED', rev: 1, key: 'ratio', value: 0.4, effectiveSeq: 0, by: 'desk' };
    expect(await asker.until('CHANGED')).toMatchObject({ ...change, requestId: 'q1' });
    const told = await other.until('CHANGED');
    expect(told).toMatchObject(change);
    expect(told).not.toHaveProperty('requestId');
    expect(source.settings.ratio).toBe(0.4);
  });

  it('asked for twice under one requestId changes once and is answered twice', async () => {
    const { at, source } = await serve();
    const client = raw(at);
    await client.hello();
    for (const value of [0.2, 0.9]) await client.say({ k: 'SET', key: 'ratio', value, requestId: 7 });
    const first = await client.until('CHANGED');
    expect(await client.until('CHANGED')).toEqual(first);
    expect(source.rev).toBe(1);
  });

  it('out of range, unknown or under a passed revision is refused with the field and the value', async () => {
    const { at, source } = await serve();
    const client = raw(at);
    await client.hello();
    const ask = async (rest: object) => {
      await client.say({ k: 'SET', requestId: 1 + Math.max(0, source.rev) + JSON.stringify(rest), ...rest });
      return client.until('ERROR');
    };
    expect(await ask({ key: 'ratio', value: 1.4 })).toMatchObject({
      code: 'out_of_range',
      field: 'ratio',
      got: '1.4',
      message: 'ratio must be from 0 to 1, got 1.4',
    });
    expect(await ask({ key: 'colour', value: 'red' })).toMatchObject({ code: 'out_of_range', field: 'colour', got: '"red"' });
    source.set('ratio', 0.5, 'test');
    expect(await ask({ key: 'ratio', value: 0.6, ifRev: 0 })).toMatchObject({ code: 'state_mismatch', field: 'ifRev', got: 0 });
    expect(source.rev).toBe(1);
  });

  it('changed by the server itself reaches the clients, and the log digest of the next WELCOME', async () => {
    const { at, source } = await serve();
    const stream = await join(at);
    const changed = new Promise((resolve) => stream.onChange(resolve));
    const change = source.set('paused', true, 'schedule');
    expect(await changed).toEqual(change);
    expect(stream.settings).toEqual({ ratio: 0, paused: true });
    expect(stream.rev).toBe(1);
    const log = new ChangeLogDigest();
    log.add(change);
    expect(await raw(at).hello()).toMatchObject({ rev: 1, settings: { ratio: 0, paused: true }, logHash: log.hex });
  });
});

describe('a control connection', () => {
  it('sets and reads, counts as no consumer and is refused batches', async () => {
    const { at, server } = await serve();
    await using control = await connectControl(at, { name: 'cli' });
    expect(control.info.dataset).toBe('numbers');
    expect(await control.set('ratio', 0.3)).toMatchObject({ rev: 1, value: 0.3, by: 'cli' });
    expect(control.settings.ratio).toBe(0.3);
    await expect(control.set('ratio', 3)).rejects.toMatchObject({ name: 'ConfigError', code: 'CONFIG_INVALID' });
    await expect(control.set('ratio', 0.5, { ifRev: 0 })).rejects.toMatchObject({ code: 'CONFIG_CONFLICT' });
    const stats = await control.stats();
    expect(stats).toMatchObject({ 'server.consumers': 0, 'server.batchesSent': 0, 'mix.batches': 0 });
    expect(stats['server.bytesSent']).toBeGreaterThan(0);
    expect(server.sessions()).toMatchObject([{ name: 'cli', mode: 'control' }]);
    const client = raw(at);
    await client.hello({ mode: 'control' });
    await client.say({ k: 'CREDIT', n: 1, ack: [] });
    expect(await client.until('ERROR')).toMatchObject({ code: 'forbidden', ref: 'CREDIT' });
  });

  it('ends when the server stops', async () => {
    const { at, server } = await serve();
    const control = await connectControl(at);
    await server.close();
    await control.closed;
    await expect(control.stats()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

it('rates of the statistics count what was sent', async () => {
  const { at, server } = await serve();
  const stream = await join(at);
  let count = 0;
  for await (const _ of stream) if (++count === 30) break;
  const { 'server.batchesPerSecond': batches, 'server.samplesPerSecond': samples } = server.stats();
  expect(batches).toBeGreaterThan(0);
  expect(samples).toBeCloseTo(2 * (batches as number), 6);
});

describe('the thresholds of a quality gate', () => {
  it('stand in the WELCOME of a stream that has one, change like any live setting, and reach who joins later', async () => {
    const { at, source } = await serve();
    source.settings = { ratio: 0, paused: false, 'gate.likelihood': 0.02, 'gate.nearest': 0 };
    const stream = await join(at);
    expect(stream.settings).toEqual(source.settings);
    await using control = await connectControl(at, { name: 'desk' });
    expect(await control.set('gate.likelihood', 0.1)).toMatchObject({ key: 'gate.likelihood', value: 0.1, by: 'desk' });
    expect((await join(at)).settings).toMatchObject({ 'gate.likelihood': 0.1, 'gate.nearest': 0 });
  });

  it('are no settings of a stream that has none', async () => {
    const { at } = await serve();
    await using control = await connectControl(at);
    expect(control.settings).toEqual({ ratio: 0, paused: false });
    await expect(control.set('gate.likelihood', 0.1)).rejects.toThrow(/gate.likelihood/);
  });
});
