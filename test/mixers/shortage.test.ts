import { describe, expect, test } from 'vitest';
import { createMixer, type Mixer } from '../../src/mixers/mixer.js';
import type { ShortagePolicy } from '../../src/mixers/shortage-policy.js';
import { arrayReal, arraySynthetic, infoOf, settle } from './support/sources.js';

/** Two classes, ratio 1, batches of two: one slot of either class. */
function scene(policy: ShortagePolicy, batchSize = 2, numClasses = 2) {
  const synthetic = arraySynthetic();
  const mixer = createMixer({
    real: arrayReal(12, numClasses),
    synthetic: synthetic.source,
    info: infoOf(batchSize, 12, numClasses),
    settings: { ratio: 1, paused: false },
    policy,
  });
  return { synthetic, mixer };
}

/** What a call has come to by now. */
async function outcome(call: ReturnType<Mixer['next']>): Promise<readonly string[] | 'waits'> {
  const first = await Promise.race([call.then(({ ids }) => [...ids].sort()), settle().then(() => 'waits' as const)]);
  return first;
}

describe('shortage of synthetic samples', () => {
  test.each<ShortagePolicy>(['replay', 'real', 'wait'])('%s: fresh samples come before any other', async (policy) => {
    const { synthetic, mixer } = scene(policy);
    for (const label of [0, 1]) {
      synthetic.addReplay(label);
      synthetic.addFresh(label);
    }
    const batch = await mixer.next();
    expect(batch.mix).toEqual({ real: 0, fresh: 2, replayed: 0 });
  });

  test('replay: a replay stands in, and where none may the batch waits for a fresh one', async () => {
    const { synthetic, mixer } = scene('replay');
    synthetic.addReplay(0);
    const call = mixer.next();
    expect(await outcome(call)).toBe('waits');
    expect(mixer.stall()).toMatchObject({ code: 'generator_slow', hint: expect.stringContaining('class 1 "b"') });
    synthetic.addFresh(1);
    expect((await call).mix).toEqual({ real: 0, fresh: 1, replayed: 1 });
    expect(mixer.stats()).toMatchObject({ 'mix.policy': 'replay', 'mix.reuseFactor': 2, 'mix.substituted': 0 });
  });

  test('real: never waits; real samples of the substitute cycle stand in, and the achieved ratio shows it', async () => {
    const { synthetic, mixer } = scene('real');
    synthetic.addReplay(0);
    const [first, second] = await Promise.all([mixer.next(), mixer.next()]);
    expect([...first.ids].sort()).toEqual(['p0', 's0']);
    expect([...second.ids]).toEqual(['s1', 's2']);
    expect(second.ratio).toEqual({ target: 1, achieved: 0.25 });
    expect(mixer.stats()).toMatchObject({ 'mix.real': 3, 'mix.substituted': 3, 'mix.replayed': 1, 'mix.achievedTotal': 0.25 });
  });

  test('real: substitutes do not shift the main cycle', async () => {
    const { mixer } = scene('real');
    await mixer.next();
    mixer.set('ratio', 0, 'test');
    expect((await mixer.next()).ids).toEqual(['r0', 'r1']);
  });

  test('wait: nothing is handed out twice', async () => {
    const { synthetic, mixer } = scene('wait');
    synthetic.addReplay(0, 5);
    synthetic.addReplay(1, 5);
    const call = mixer.next();
    expect(await outcome(call)).toBe('waits');
    synthetic.addFresh(0);
    expect(await outcome(call)).toBe('waits');
    synthetic.addFresh(1);
    expect((await call).mix).toEqual({ real: 0, fresh: 2, replayed: 0 });
  });

  test('of two slots that wait for one class, one sample meets one; the other waits on', async () => {
    const { synthetic, mixer } = scene('wait', 2, 1);
    const call = mixer.next();
    expect(mixer.stall()!.hint).toContain('(2 of them)');
    synthetic.addFresh(0);
    expect(await outcome(call)).toBe('waits');
    expect(mixer.stall()!.hint).not.toContain('(2 of them)');
    synthetic.addFresh(0);
    expect(await outcome(call)).toEqual(['f0', 'f1']);
  });

  test('ratio 0 frees a batch that waits, and what it had taken is in the next synthetic batch', async () => {
    const { synthetic, mixer } = scene('wait');
    synthetic.addFresh(0);
    const call = mixer.next();
    expect(await outcome(call)).toBe('waits');
    expect(mixer.set('ratio', 0, 'test').effectiveSeq).toBe(0);
    expect((await call).ids).toEqual(['r0', 'r1']);
    mixer.set('ratio', 1, 'test');
    synthetic.addFresh(1);
    expect(await outcome(mixer.next())).toEqual(['f0', 'f1']);
  });

  test('a withdrawn call takes no sample along', async () => {
    const { synthetic, mixer } = scene('wait');
    synthetic.addFresh(0);
    const stop = new AbortController();
    const call = mixer.next(stop.signal);
    stop.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    synthetic.addFresh(1);
    await settle();
    expect(synthetic.left(1)).toBe(1);
    expect(await outcome(mixer.next())).toEqual(['f0', 'f1']);
  });

  test('where the generator fails, the waiting call fails with its error and a later one tries again', async () => {
    const { synthetic, mixer } = scene('replay');
    const call = mixer.next();
    synthetic.fail(new Error('no engine'));
    await expect(call).rejects.toThrow('no engine');
    const again = mixer.next();
    synthetic.addFresh(0);
    synthetic.addFresh(1);
    expect(await again).toMatchObject({ seq: 0, mix: { fresh: 2 } });
  });
});
