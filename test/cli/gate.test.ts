import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type StreamServer } from '../../src/transport/index.js';
import { runInProcess } from '../support/run-in-process.js';
import { ArraySource } from '../transport/support/array-source.js';

const source = new ArraySource();
let server: StreamServer;
beforeAll(async () => {
  source.settings = {
    ratio: 0.3,
    paused: false,
    'gate.likelihood': 0.02,
    'gate.bones': 0.02,
    'gate.jitter': 0.02,
    'gate.nearest': 0,
  };
  server = await createServer({ source, endpoints: ['tcp://127.0.0.1:0'], lingerMs: 50 });
});
afterAll(() => server.close());

const gate = (...args: string[]) => runInProcess(['gate', ...args, '--endpoint', server.endpoints[0]!]);

describe('skelmix gate', () => {
  it('shows the thresholds of a running server', async () => {
    const { code, stdout } = await gate();
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(['gate.likelihood 0.02', 'gate.bones 0.02', 'gate.jitter 0.02', 'gate.nearest 0']);
  });

  it('changes one, says what it was, and shows it afterwards', async () => {
    expect((await gate('likelihood', '0.1')).stdout.trim()).toBe('gate.likelihood 0.02 -> 0.1');
    expect(source.settings).toMatchObject({ 'gate.likelihood': 0.1, 'gate.bones': 0.02 });
    expect(JSON.parse((await gate('likelihood', '--json')).stdout)).toEqual({ 'gate.likelihood': 0.1, rev: 1 });
  });

  it.each([
    [['taste'], /taste/],
    [['likelihood', '0.9'], /gate.likelihood is "0.9": expected a number from 0 \(off\) to 0.5/],
    [['likelihood', 'high'], /gate.likelihood is "high"/],
  ])('refuses %j with what is expected', async (args, message) => {
    const { code, stderr } = await gate(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
