import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import type { Change } from '../../src/core/source.js';
import { createChangeHistory } from '../../src/mixers/change-history.js';
import { createMixer } from '../../src/mixers/index.js';
import { POINTS, pointMixer } from '../transport/support/array-provider.js';
import { schedule } from './support/ratio.js';

const bits = ({ x, y, ids, origin, seq, rev, ratio }: Batch): unknown => [
  Array.from(x),
  Array.from(y),
  ids,
  Array.from(origin),
  seq,
  rev,
  ratio.target,
];

it('an exact stream that goes on at any batch of any log gives the batches of the uninterrupted one', async () => {
  const value = fc.oneof(
    fc.record({ key: fc.constant('ratio'), value: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ key: fc.constant('schedule'), value: fc.oneof(schedule, fc.constant(null)) }),
    fc.record({ key: fc.constant('classWeights'), value: fc.constantFrom([1, 1, 1], [0, 2, 0.5], [3, 0.01, 1], null) }),
  );
  const changes = fc.array(fc.record({ after: fc.nat(8), change: value }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(30), async (steps, from) => {
      const whole = pointMixer(POINTS, 0.3);
      const log: Change[] = [];
      const wanted: Batch[] = [];
      for (const { after, change } of steps) {
        for (let i = 0; i < after; i++) wanted.push(await whole.next());
        log.push(whole.set(change.key, change.value, 'test'));
      }
      while (wanted.length < 34) wanted.push(await whole.next());
      const again = pointMixer(POINTS, 0.9);
      // As it comes out of a journal.
      const read = JSON.parse(JSON.stringify(log)) as Change[];
      again.restart!({ seq: from, settings: { ratio: 0.3, paused: false }, log: read });
      expect([again.rev, again.settings, again.nextSeq]).toEqual([log.length, whole.settings, from]);
      for (const batch of wanted.slice(from)) expect(bits(await again.next())).toEqual(bits(batch));
    }),
    { numRuns: 60 },
  );
});

it('a change after a restart applies behind what the log and the floor have fixed', async () => {
  const mixer = pointMixer(POINTS, 0.5);
  const log: Change[] = [{ rev: 1, key: 'ratio', value: 1, effectiveSeq: 8, by: 'x' }];
  mixer.restart!({ seq: 2, log, floor: 5 });
  expect(mixer.changeSeq).toBe(8);
  expect(mixer.set('ratio', 0, 'y')).toMatchObject({ rev: 2, effectiveSeq: 8 });
  mixer.restart!({ seq: 2, log: [], floor: 5 });
  expect(mixer.set('ratio', 0, 'y')).toMatchObject({ rev: 1, effectiveSeq: 5 });
  expect(await mixer.next()).toMatchObject({ seq: 2, rev: 0, ratio: { target: 0.5 } });
});

it('listeners hear what a restart moves, and no more', () => {
  const mixer = pointMixer(POINTS, 0.5);
  const heard: Change[] = [];
  mixer.onChange((change) => heard.push(change));
  const log: Change[] = [{ rev: 1, key: 'ratio', value: 0.25, effectiveSeq: 3, by: 'x' }];
  mixer.restart!({ seq: 0, log });
  mixer.restart!({ seq: 7, log });
  expect(heard).toEqual(log);
  mixer.restart!({ seq: 0, log: [] });
  expect(heard[1]).toMatchObject({ rev: 0, key: 'ratio', value: 0.5 });
});

it('a ratio ends the schedule, for whoever listens too', async () => {
  const mixer = pointMixer(POINTS, 0.5);
  const linear = { kind: 'linear', to: 0, over: 4, unit: 'batches' };
  mixer.set('schedule', linear, 'x');
  expect(mixer.settings.schedule).toEqual({ ...linear, from: 0.5 });
  const targets: number[] = [];
  for (let n = 0; n < 6; n++) targets.push((await mixer.next()).ratio.target);
  expect(targets).toEqual([0.5, 0.375, 0.25, 0.125, 0, 0]);
  mixer.set('ratio', 0.25, 'x');
  expect(mixer.settings).toMatchObject({ ratio: 0.25, schedule: null });
  expect((await mixer.next()).ratio.target).toBe(0.25);
  expect(mixer.stats()['mix.target']).toBe(0.25);
  const { rev } = mixer;
  expect(() => mixer.set('schedule', { kind: 'warm', to: 2 }, 'x')).toThrow(/schedule.to is 2/);
  expect(mixer.rev).toBe(rev);
});

it('a stream can not be moved while a batch is asked for, nor to a log that goes back', async () => {
  const mixer = pointMixer(POINTS);
  mixer.set('paused', true, 'test');
  const open = mixer.next();
  expect(() => mixer.restart!({ seq: 0, log: [] })).toThrow(/1 batches are being asked for/);
  mixer.close();
  await expect(open).rejects.toMatchObject({ code: 'CLOSED' });
  expect(() => mixer.restart!({ seq: 0, log: [] })).toThrow(/closed/);
  const history = createChangeHistory();
  const change = { rev: 1, key: 'ratio', value: 0, effectiveSeq: 4, by: 'x' } as const;
  history.append(change);
  expect(() => history.replace([change, { ...change, rev: 2, effectiveSeq: 3 }])).toThrow(/can't go/);
  expect([3, 4].map(history.revAt)).toEqual([0, 1]);
});

it('a guard that throws refuses the change before anybody hears of it', () => {
  const mixer = pointMixer(POINTS, 0.5);
  const heard: Change[] = [];
  mixer.onChange((change) => heard.push(change));
  const unguard = mixer.guardChanges!(() => {
    throw new Error('no space');
  });
  expect(() => mixer.set('ratio', 0.1, 'test')).toThrow('no space');
  expect([mixer.rev, mixer.settings.ratio, heard]).toEqual([0, 0.5, []]);
  unguard();
  expect(mixer.set('ratio', 0.1, 'test')).toMatchObject({ rev: 1 });
});

it('an exact stream needs a source that reads elements', () => {
  const real = { size: 20, classShares: [1, 0, 0], read: () => Promise.reject(new Error('unused')) };
  const options = { real, synthetic: null, info: POINTS, settings: { ratio: 0, paused: false }, exact: true };
  expect(() => createMixer({ ...options, policy: 'replay' })).toThrow(/needs the policy "wait"/);
  createMixer({ ...options, policy: 'wait' }).close();
});
