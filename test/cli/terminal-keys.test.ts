import { describe, expect, it } from 'vitest';
import { KEYS_HELP, serveKeys } from '../../src/cli/serve-keys.js';
import { shareBar, topLines } from '../../src/cli/top-lines.js';
import { watchKeys } from '../../src/cli/watch-keys.js';
import { ConfigError } from '../../src/core/errors.js';
import type { LiveSettings } from '../../src/core/source.js';
import { runInProcess } from '../support/run-in-process.js';

/** A terminal that a test types at. */
function typed(isTTY = true) {
  const listeners = new Set<(data: string) => void>();
  const calls: string[] = [];
  return {
    isTTY,
    calls,
    listeners,
    setRawMode: (raw: boolean) => calls.push(raw ? 'raw' : 'cooked'),
    on: (_event: 'data', listener: (data: string) => void) => listeners.add(listener),
    off: (_event: 'data', listener: (data: string) => void) => listeners.delete(listener),
    resume: () => calls.push('resume'),
    pause: () => calls.push('pause'),
    type(text: string) {
      for (const listener of listeners) listener(text);
    },
  };
}

describe('watching keys', () => {
  it('runs the action of each key, and leaves the terminal as it was', () => {
    const keys = typed();
    const done: string[] = [];
    const stop = watchKeys(keys, { a: () => done.push('a'), b: () => done.push('b') }, () => done.push('interrupt'));
    keys.type('abx');
    keys.type('\x03');
    stop();
    keys.type('a');
    expect(done).toEqual(['a', 'b', 'interrupt']);
    expect(keys.calls).toEqual(['raw', 'resume', 'cooked', 'pause']);
    expect(keys.listeners.size).toBe(0);
  });

  it('does nothing where nobody types', () => {
    const pipe = typed(false);
    watchKeys(pipe, {}, () => {})();
    watchKeys(undefined, {}, () => {})();
    expect(pipe.calls).toEqual([]);
  });
});

describe('the keys of a server', () => {
  function keysOf(settings: LiveSettings) {
    const said: string[] = [];
    const sets: [string, unknown, string][] = [];
    const say = (message: string): void => void said.push(message);
    const source = {
      settings,
      set(key: string, value: unknown, by: string): never {
        sets.push([key, value, by]);
        if (Number(value) > 0.75) throw new ConfigError('CONFIG_INVALID', `${key} is ${value}: refused`);
        return undefined as never;
      },
    };
    let stopped = false;
    const stop = (): void => {
      stopped = true;
    };
    const keys = serveKeys({
      source,
      stats: () => ({ 'mix.real': 3 }),
      logger: { debug: say, info: say, warn: say, error: say },
      stop,
    });
    return { keys, said, sets, isStopped: () => stopped };
  }

  it('turn the ratio in exact steps within 0 and 1, and pause', () => {
    const { keys, sets } = keysOf({ ratio: 0.3, paused: false });
    for (const key of ['+', '=', '-', 'p']) keys[key]!();
    expect(sets.map(([key, value]) => [key, value])).toEqual([
      ['ratio', 0.35],
      ['ratio', 0.35],
      ['ratio', 0.25],
      ['paused', true],
    ]);
    const low = keysOf({ ratio: 0.02, paused: true });
    low.keys['-']!();
    low.keys.p!();
    expect(low.sets).toEqual([
      ['ratio', 0, 'the terminal'],
      ['paused', false, 'the terminal'],
    ]);
  });

  it('say what is refused, help, figures, and stop', () => {
    const { keys, said, isStopped } = keysOf({ ratio: 0.75, paused: false });
    for (const key of ['+', 'h', 's']) keys[key]!();
    expect(said[0]).toBe('ratio is 0.8: refused');
    expect(said[1]).toBe(KEYS_HELP);
    expect(said.join('\n')).toMatch(/mix\.real\s+3/);
    expect(isStopped()).toBe(false);
    keys.q!();
    expect(isStopped()).toBe(true);
  });
});

describe('skelmix top', () => {
  it('draws what is achieved, and a mark at what is asked for', () => {
    expect(shareBar(0, 0)).toBe(`|${'.'.repeat(29)}`);
    expect(shareBar(1, 1)).toBe(`${'#'.repeat(29)}|`);
    expect(shareBar(0.5, 0)).toMatch(/^\|#{13,14}\.+$/);
    expect(shareBar(-3, 7)).toBe(`${'.'.repeat(29)}|`);
  });

  it('gives rates of each origin, generator, gate, waits and consumers', () => {
    const lines = topLines({
      endpoint: 'tcp://127.0.0.1:5757',
      info: { dataset: 'puppet', split: 'train', model: 'm@1', simulated: true },
      settings: { ratio: 0.3, paused: true },
      before: { 'mix.real': 100, 'mix.waitMs': 0, 'server.bytesSent': 0, 'generator.clips': 1 },
      now: {
        ...{
          'mix.real': 240,
          'mix.fresh': 40,
          'mix.replayed': 20,
          'mix.achieved': 0.299,
          'mix.waitMs': 500,
          'server.bytesSent': 4e6,
        },
        ...{ 'generator.clips': 11, 'generator.engine': 'onnx-cpu', 'generator.fresh': 5, 'generator.busy': false },
        ...{ 'gate.rejectRate': 0.125, 'server.consumers': 2, 'server.leases': 3 },
      },
      seconds: 2,
    }).join('\n');
    for (const text of [
      'SIMULATED DATA',
      'PAUSED',
      '0.299 of 0.3',
      '100: 70 real, 20 fresh, 10 replayed',
      '5.0 clips/s on onnx-cpu, 5 ready, rests',
      '12.5 % rejected',
      '25 % of the time for samples',
      '2, 3 batches in their hands, 2.0 MB/s',
    ])
      expect(lines).toContain(text);
  });

  it('is refused where there is no terminal, with what to use instead', async () => {
    const { code, stdout, stderr } = await runInProcess(['top']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('skelmix stats --watch');
  });
});
