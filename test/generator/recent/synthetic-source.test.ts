import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import type { Logger } from '../../../src/core/logger.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { Origin, Prepared, Sample, SampleKey } from '../../../src/core/sample.js';
import { createSyntheticSource, type GeneratedSource, type SyntheticSourceOptions } from '../../../src/generator/recent/index.js';
import { fakeGenerator, settle } from './support/fake-generator.js';

const never = new AbortController().signal;

const prepare = ({ id, label, provenance, keypoint, shape }: Clip): Prepared => ({ id, label, provenance, x: keypoint, shape });

function finish({ id, label, provenance, x }: Prepared, _key: SampleKey, origin: Origin): Sample {
  return { id, label, provenance, origin, x, shape: { K: 1, C: 3, T: 1, V: 1, M: 1 } };
}

const opened: GeneratedSource[] = [];
function scene(options: Partial<SyntheticSourceOptions> = {}, groupSize = 4) {
  const fake = fakeGenerator(groupSize);
  const source = createSyntheticSource({
    generator: fake.generator,
    prepare,
    finish,
    classShares: [0.5, 0.5],
    freshTarget: 4,
    ...options,
  });
  opened.push(source);
  return { ...fake, source };
}

/** Whether a promise has settled by now, and how. */
async function state(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    () => 'resolved',
    (error: Error) => `rejected: ${error.message}`,
  );
  return Promise.race([settled, settle().then(() => 'pending')]);
}

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((source) => source.close()));
});

describe('synthetic source', () => {
  test('nothing is generated until somebody asks', async () => {
    const { calls, source } = scene();
    await settle();
    expect(calls).toHaveLength(0);
    expect(source.takeFresh(0)).toBeUndefined();
    await settle();
    expect(calls).toHaveLength(1);
  });

  test('clips that the gate rejects are skipped: the next index of the class is made', async () => {
    const gate = {
      admit: ({ id }: Clip) => Number(id.split('/')[1]) > 3,
      meets: () => true,
      set: () => {},
      stats: () => ({ 'gate.rejected': 4 }),
    };
    const { calls, source } = scene({ gate });
    const waiting = source.waitFor(1, never);
    await settle();
    calls[0]!.finish();
    await settle();
    expect(calls[1]).toMatchObject({ labels: expect.arrayContaining([1]), firstIndex: 4 });
    expect(await state(waiting)).toBe('pending');
    calls[1]!.finish();
    await waiting;
    const sample = source.takeFresh(1);
    expect(Number(sample!.id.split('/')[1])).toBeGreaterThanOrEqual(4);
    expect(source.stats()).toMatchObject({ 'gate.rejected': 4, 'generator.clips': 8, 'generator.failures': 0 });
  });

  test('it fills to the target, rests, and goes on when samples were taken', async () => {
    const { calls, source } = scene({ firstIndex: 100 });
    source.start();
    await settle();
    expect(calls[0]).toMatchObject({ labels: [0, 1, 0, 1], firstIndex: 100 });
    calls[0]!.finish();
    await settle();
    expect(calls).toHaveLength(1);
    expect(source.stats()).toMatchObject({ 'generator.clips': 4, 'generator.fresh': 4, 'generator.busy': false });
    for (const label of [0, 0, 1]) expect(source.takeFresh(label)?.origin).toBe('synthetic');
    await settle();
    expect(calls).toHaveLength(1);
    source.takeFresh(1);
    await settle();
    expect(calls[1]).toMatchObject({ labels: [0, 1, 0, 1], firstIndex: 104 });
  });

  test('it fills with the classes that are expected from now on', async () => {
    const { calls, source } = scene({ freshTarget: 8 });
    source.start();
    await settle();
    source.expect!([0, 1]);
    calls[0]!.finish();
    await settle();
    expect(calls.map(({ labels }) => labels)).toEqual([
      [0, 1, 0, 1],
      [1, 1, 1, 1],
    ]);
  });

  test('a replay has the same array under another origin', async () => {
    const { calls, source } = scene({ maxReuse: 1 });
    source.start();
    await settle();
    calls[0]!.finish();
    await settle();
    const fresh = source.takeFresh(0)!;
    const replay = source.takeReplay(0)!;
    expect(replay).toEqual({ ...fresh, origin: 'replayed' });
    expect(replay.x).toBe(fresh.x);
    expect(fresh.origin).toBe('synthetic');
    expect(source.takeReplay(0)).toBeUndefined();
    expect(source.stats()['recent.hits']).toBe(1);
  });

  test('waiting resolves only when a fresh one of the class is there, which is made first', async () => {
    const { calls, source } = scene();
    const waiting = source.waitFor(1, never);
    await settle();
    expect(calls[0]!.labels[0]).toBe(1);
    expect(await state(waiting)).toBe('pending');
    calls[0]!.finish();
    expect(await state(waiting)).toBe('resolved');
    expect(source.takeFresh(1)).toBeDefined();
    expect(await state(source.waitFor(0, never))).toBe('resolved');
  });

  test('of two that wait for one clip the loser waits on, and gets the next', async () => {
    const { calls, source } = scene({ classShares: [1, 0], freshTarget: 1 }, 1);
    const got: string[] = [];
    const taker = async (name: string): Promise<void> => {
      for (;;) {
        await source.waitFor(0, never);
        const sample = source.takeFresh(0);
        if (!sample) continue;
        got.push(`${name}:${sample.id}`);
        return;
      }
    };
    const takers = [taker('first'), taker('second')];
    await settle();
    calls[0]!.finish();
    await settle();
    expect(got).toEqual(['first:fake/0']);
    expect(calls).toHaveLength(2);
    calls[1]!.finish();
    await Promise.all(takers);
    expect(got).toEqual(['first:fake/0', 'second:fake/1']);
  });

  test('those who still wait after a group are served by the next one, before the cache is filled', async () => {
    const { calls, source } = scene({ freshTarget: 100 }, 2);
    const taker = async (): Promise<void> => {
      do await source.waitFor(1, never);
      while (!source.takeFresh(1));
    };
    const takers = Array.from({ length: 4 }, taker);
    await settle();
    calls[0]!.finish();
    await settle();
    expect(calls[1]!.labels).toEqual([1, 1]);
    calls[1]!.finish();
    await Promise.all(takers);
    await settle();
    expect(calls[2]!.labels).toEqual([0, 1]);
  });

  test('a waiter that leaves does not keep the clip from the other', async () => {
    const { calls, source } = scene({ classShares: [1, 0], freshTarget: 1 }, 1);
    const stop = new AbortController();
    const leaves = source.waitFor(0, stop.signal);
    const stays = source.waitFor(0, never);
    stop.abort(new Error('enough'));
    await expect(leaves).rejects.toThrow('enough');
    await expect(source.waitFor(0, stop.signal)).rejects.toThrow('enough');
    await settle();
    calls[0]!.finish();
    expect(await state(stays)).toBe('resolved');
  });

  test('memory is bounded in bytes, and a cache smaller than the target does not make clips for the bin', async () => {
    // A sample has 12 bytes: three fit.
    const { calls, source } = scene({ maxBytes: 40, freshTarget: 100 }, 2);
    source.start();
    for (let i = 0; i < 3; i++) {
      await settle();
      calls[i]?.finish();
    }
    await settle();
    expect(calls).toHaveLength(1);
    expect(source.stats()).toMatchObject({ 'recent.bytes': 24, 'recent.items': 2, 'recent.evicted': 0 });
    source.takeFresh(0);
    await settle();
    calls[1]!.finish();
    await settle();
    expect(source.stats()).toMatchObject({ 'recent.bytes': 36, 'recent.items': 3, 'recent.evicted': 1, 'generator.fresh': 3 });
  });

  test('a sample that is a view of a group is kept without the rest of the group', async () => {
    const group = new Float32Array(3000);
    const { calls, source } = scene({ prepare: (clip) => ({ ...prepare(clip), x: group.subarray(3, 6) }) });
    source.start();
    await settle();
    calls[0]!.finish();
    await settle();
    expect(source.takeFresh(0)!.x.buffer.byteLength).toBe(12);
  });

  test('closing aborts the group under way and rejects those who wait', async () => {
    const { calls, source } = scene();
    const waiting = source.waitFor(0, never);
    await settle();
    const closing = source.close();
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' });
    await closing;
    expect(calls[0]!.signal!.aborted).toBe(true);
    await expect(source.waitFor(0, never)).rejects.toMatchObject({ code: 'CLOSED' });
    source.takeFresh(0);
    await settle();
    expect(calls).toHaveLength(1);
    expect(source.stats()['generator.failures']).toBe(0);
  });

  test('an unknown class is a defect', async () => {
    await expect(scene().source.waitFor(2, never)).rejects.toMatchObject({ code: 'BUG' });
  });
});

describe('a generator that fails', () => {
  function failing(options: Partial<SyntheticSourceOptions> = {}) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
    return { warnings, ...scene({ logger, maxFailures: 3, backoffMs: 100, ...options }) };
  }

  test('is asked again after a pause that doubles, with new indices, and the same error is logged once', async () => {
    const { calls, source, warnings } = failing();
    source.start();
    for (const [i, pauseMs] of [100, 200, 400].entries()) {
      await settle();
      expect(calls).toHaveLength(i + 1);
      expect(calls[i]!.firstIndex).toBe(4 * i);
      calls[i]!.fail(new Error('not finite'));
      await settle();
      vi.advanceTimersByTime(pauseMs - 1);
      await settle();
      expect(calls).toHaveLength(i + 1);
      vi.advanceTimersByTime(1);
    }
    await settle();
    expect(calls).toHaveLength(4);
    expect(warnings).toEqual([expect.stringContaining('not finite')]);
    expect(source.stats()['generator.failures']).toBe(3);
  });

  test('fails those who wait after so many failures in a row, and serves them again once it works', async () => {
    const { calls, source, warnings } = failing();
    const waiting = source.waitFor(0, never);
    for (let i = 0; i < 3; i++) {
      await settle();
      expect(await state(waiting)).toBe('pending');
      calls[i]!.fail(new Error(i === 0 ? 'first' : 'no engine'));
      await settle();
      vi.advanceTimersByTime(5000);
    }
    expect(await state(waiting)).toBe('rejected: no engine');
    expect(warnings).toHaveLength(2);
    const again = source.waitFor(0, never);
    await settle();
    calls[3]!.finish();
    expect(await state(again)).toBe('resolved');
  });

  test('counts a clip that the profile refuses as a failure too', async () => {
    const { calls, source, warnings } = failing({
      prepare: () => {
        throw new Error('other layout');
      },
    });
    source.start();
    await settle();
    calls[0]!.finish();
    await settle();
    expect(warnings[0]).toContain('other layout');
    expect(source.stats()).toMatchObject({ 'generator.failures': 1, 'generator.clips': 0 });
  });

  test('does not hold up closing in its pause', async () => {
    const { calls, source } = failing();
    source.start();
    await settle();
    calls[0]!.fail(new Error('not finite'));
    await settle();
    await source.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
