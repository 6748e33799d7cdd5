import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import type { SyntheticSource } from '../../src/core/source.js';
import { createMixer, type Mixer } from '../../src/mixers/mixer.js';
import { arrayReal, infoOf, pendingReal, sampleOf, settle } from './support/sources.js';

/** A generator that always has a fresh sample. */
function plenty(): SyntheticSource {
  let made = 0;
  return {
    takeFresh: (label) => sampleOf(`f${made++}`, label, 'synthetic'),
    takeReplay: () => undefined,
    waitFor: () => Promise.resolve(),
  };
}

function mixerOf(
  ratio: number,
  { batchSize = 4, epochSize = 12, numClasses = 2, synthetic = plenty() as SyntheticSource | null } = {},
) {
  const real = arrayReal(epochSize, numClasses);
  const mixer = createMixer({
    real,
    synthetic,
    info: infoOf(batchSize, epochSize, numClasses),
    settings: { ratio, paused: false },
  });
  return { mixer, real };
}

const take = async (mixer: Mixer, count: number): Promise<Batch[]> =>
  Promise.all(Array.from({ length: count }, () => mixer.next()));

describe('mixer', () => {
  test('overlapping calls give batches in order, real samples without gap or repeat, and epochs of exactly their size', async () => {
    const { mixer } = mixerOf(0, { batchSize: 4, epochSize: 10 });
    const batches = await take(mixer, 6);
    expect(batches.map(({ seq, epoch, step, shape }) => [seq, epoch, step, shape.N])).toEqual([
      [0, 0, 0, 4],
      [1, 0, 1, 4],
      [2, 0, 2, 2],
      [3, 1, 0, 4],
      [4, 1, 1, 4],
      [5, 1, 2, 2],
    ]);
    expect(batches.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: 20 }, (_, k) => `r${k}`));
  });

  test('nothing is read without a call, and where all is ready the batch is built within it', () => {
    const { mixer, real } = mixerOf(0);
    expect(real.reads).toEqual([]);
    expect(mixer.nextSeq).toBe(0);
    void mixer.next();
    expect(real.reads).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(mixer.stats()['mix.batches']).toBe(1);
    expect(mixer.nextSeq).toBe(1);
  });

  test('under any changes between batches, the mix is exact at every batch and says its ratio and revision', async () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    const script = fc.array(fc.record({ batches: fc.integer({ min: 0, max: 6 }), ratio }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(ratio, script, async (first, steps) => {
        const { mixer } = mixerOf(first, { batchSize: 5, epochSize: 12 });
        let wanted = 0;
        let served = 0;
        let current = first;
        for (const [i, step] of steps.entries()) {
          for (const batch of await take(mixer, step.batches)) {
            expect([batch.rev, batch.ratio.target]).toEqual([i, current]);
            wanted += current * batch.shape.N;
            served += batch.mix.fresh;
            expect(Math.abs(served - wanted)).toBeLessThan(1);
            expect(batch.mix.real + batch.mix.fresh).toBe(batch.shape.N);
          }
          const change = mixer.set('ratio', step.ratio, 'test');
          expect(change).toMatchObject({ rev: i + 1, effectiveSeq: mixer.nextSeq });
          current = step.ratio;
        }
        mixer.close();
      }),
      { numRuns: 60 },
    );
  });

  test('synthetic slots follow the class shares', async () => {
    const { mixer } = mixerOf(0.5, { numClasses: 3, epochSize: 120, batchSize: 12 });
    const counts = [0, 0, 0];
    for (const { y, origin } of await take(mixer, 10)) y.forEach((label, n) => origin[n] === 1 && counts[label]!++);
    expect(counts).toEqual([20, 20, 20]);
  });

  test('the real reads of a batch start together, and a later call starts none before its turn', async () => {
    const real = pendingReal(12, 2);
    const mixer = createMixer({
      real: real.source,
      synthetic: null,
      info: infoOf(3, 12, 2),
      settings: { ratio: 0, paused: false },
    });
    const first = mixer.next();
    const second = mixer.next();
    expect(real.reads).toEqual(['r0', 'r1', 'r2']);
    expect(mixer.nextSeq).toBe(2);
    for (const id of ['r2', 'r0', 'r1']) real.answer(id);
    expect((await first).ids).toEqual(['r0', 'r1', 'r2']);
    expect(real.reads).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
    for (const id of ['r3', 'r4', 'r5']) real.answer(id);
    expect((await second).seq).toBe(1);
  });

  test('a change while real samples are read applies to the batch that waits, and reads none twice', async () => {
    const real = pendingReal(12, 2);
    const mixer = createMixer({
      real: real.source,
      synthetic: plenty(),
      info: infoOf(4, 12, 2),
      settings: { ratio: 0, paused: false },
    });
    const next = mixer.next();
    real.answer('r0');
    await settle();
    expect(mixer.set('ratio', 0.5, 'test').effectiveSeq).toBe(0);
    real.answer('r1');
    const batch = await next;
    expect(batch.ids).toEqual(['f0', 'r0', 'f1', 'r1']);
    expect(batch).toMatchObject({ rev: 1, ratio: { target: 0.5, achieved: 0.5 } });
    expect(real.reads).toEqual(['r0', 'r1', 'r2', 'r3']);
    // r2 and r3 were begun for the first plan and serve the next batch.
    mixer.set('ratio', 0, 'test');
    const after = mixer.next();
    for (const id of ['r2', 'r3', 'r4', 'r5']) real.answer(id);
    expect((await after).ids).toEqual(['r2', 'r3', 'r4', 'r5']);
    // The first plan, complete at last, is no batch.
    await settle();
    expect([mixer.nextSeq, mixer.stats()['mix.batches']]).toEqual([2, 2]);
    expect(real.reads).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
  });

  test('a paused stream builds nothing, says so, takes changes, and goes on with them', async () => {
    const { mixer, real } = mixerOf(0);
    expect(mixer.set('paused', true, 'test')).toMatchObject({ rev: 1, key: 'paused', value: true, effectiveSeq: 0 });
    const next = mixer.next();
    await settle();
    expect(real.reads).toEqual([]);
    expect(mixer.stall()).toMatchObject({ code: 'paused' });
    expect(mixer.set('ratio', 1, 'test').effectiveSeq).toBe(0);
    mixer.set('paused', false, 'test');
    expect((await next).mix).toEqual({ real: 0, fresh: 4, replayed: 0 });
    expect(mixer.stall()).toBeNull();
    expect(mixer.settings).toEqual({ ratio: 1, paused: false });
  });

  test('a failed read fails one call; the next call reads again and gets the same batch', async () => {
    const real = pendingReal(12, 2);
    const mixer = createMixer({
      real: real.source,
      synthetic: null,
      info: infoOf(2, 12, 2),
      settings: { ratio: 0, paused: false },
    });
    const failed = mixer.next();
    real.answer('r0');
    real.fail('r1', new Error('disk'));
    await expect(failed).rejects.toThrow('disk');
    expect(mixer.nextSeq).toBe(0);
    const again = mixer.next();
    expect(real.reads).toEqual(['r0', 'r1', 'r1']);
    real.answer('r1');
    expect(await again).toMatchObject({ seq: 0, ids: ['r0', 'r1'] });
  });

  test('samples of another shape fail the call by name', async () => {
    const odd: SyntheticSource = {
      ...plenty(),
      takeFresh: () => ({ ...sampleOf('odd', 0, 'synthetic'), x: new Float32Array(1) }),
    };
    await expect(mixerOf(1, { synthetic: odd }).mixer.next()).rejects.toThrow(/synthetic sample odd/);
  });

  test('withdrawn calls leave no gap', async () => {
    const real = pendingReal(12, 2);
    const mixer = createMixer({
      real: real.source,
      synthetic: null,
      info: infoOf(1, 12, 2),
      settings: { ratio: 0, paused: false },
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [mixer.next(first.signal), mixer.next(second.signal), mixer.next()];
    first.abort(new Error('one'));
    second.abort(new Error('two'));
    await expect(calls[0]).rejects.toThrow('one');
    await expect(calls[1]).rejects.toThrow('two');
    await expect(mixer.next(first.signal)).rejects.toThrow('one');
    expect(mixer.nextSeq).toBe(1);
    real.answer('r0');
    expect(await calls[2]).toMatchObject({ seq: 0, ids: ['r0'] });
    expect(mixer.stall()).toBeNull();
  });

  test('achieved is the share over the last 100 batches, achievedTotal over all', async () => {
    const { mixer } = mixerOf(1);
    await take(mixer, 100);
    mixer.set('ratio', 0, 'test');
    const batches = await take(mixer, 50);
    expect(batches.at(-1)!.ratio.achieved).toBeCloseTo(0.5);
    expect(mixer.stats()).toMatchObject({ 'mix.target': 0, 'mix.batches': 150, 'mix.real': 200, 'mix.fresh': 400 });
    expect(mixer.stats()['mix.achieved']).toBeCloseTo(0.5);
    expect(mixer.stats()['mix.achievedTotal']).toBeCloseTo(2 / 3);
    await take(mixer, 50);
    expect(mixer.stats()['mix.achieved']).toBe(0);
  });

  test('closing rejects the open calls and all later ones', async () => {
    const real = pendingReal(12, 2);
    const mixer = createMixer({
      real: real.source,
      synthetic: null,
      info: infoOf(1, 12, 2),
      settings: { ratio: 0, paused: false },
    });
    const open = [mixer.next(), mixer.next()];
    mixer.close();
    mixer.close();
    for (const call of [...open, mixer.next()]) await expect(call).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => mixer.set('ratio', 0, 'test')).toThrow(/closed/);
    expect(mixer.stall()).toBeNull();
  });

  test('without a generator a ratio above 0 is refused at the start and live', () => {
    expect(() => mixerOf(0.3, { synthetic: null })).toThrow(/start it with a model/);
    expect(() => mixerOf(0, { synthetic: null }).mixer.set('ratio', 0.3, 'test')).toThrow(/start it with a model/);
  });

  test.each([
    ['batches of an epoch', { ...infoOf(4, 12, 2), epochBatches: 4 }],
    ['classes', infoOf(4, 12, 3)],
  ])('an info with other %s than the sources is a defect', (_what, info) => {
    const wire = () => createMixer({ real: arrayReal(12, 2), synthetic: null, info, settings: { ratio: 0, paused: false } });
    expect(wire).toThrow(expect.objectContaining({ code: 'BUG' }));
  });
});
