import { expect, it } from 'vitest';
import { recording, recordingsFolder } from '../loader/support/recordings.js';
import { runInProcess } from '../support/run-in-process.js';

const check = (...args: string[]) => runInProcess(['check', ...args]);
const bad = recording(5).subarray(0, 150);

it('prints counts for each class and split, and ends with 0 where all is good', async () => {
  const { code, stdout } = await check(await recordingsFolder({ a1_s1_t1: 4, a1_s2_t1: 6 }));
  expect(code).toBe(0);
  expect(stdout).toMatch(/clips {6}2 good, 0 bad; 10 frames at 30 Hz, 4 to 6 in a clip, median 5/);
  expect(stdout).toMatch(/splits {5}xsub\/train 1, xsub\/val 1/);
  expect(stdout).toMatch(/ 0 {2}swipe left +2 +1 +1\n/);
});

it('lists bad files and ends with 3', async () => {
  const path = await recordingsFolder({ a1_s1_t1: 4, a1_s2_t1: bad, a1_s4_t1: bad });
  const { code, stdout } = await check(`utd-mhad:${path}`);
  expect(code).toBe(3);
  expect(stdout).toMatch(/2 bad files:\n {2}a1_s2_t1: FORMAT_TRUNCATED: a1_s2_t1_skeleton.mat, byte 136.*\n {2}a1_s4_t1: /);
});

it('with --on-error skip goes on up to a number of bad files', async () => {
  const path = await recordingsFolder({ a1_s1_t1: 4, a1_s2_t1: bad, a1_s4_t1: bad });
  const capped = await check(path, '--on-error', 'skip');
  expect(capped.code).toBe(3);
  expect(capped.stderr).toMatch(/2 of 3 clips can't be used, more than the 1 that may be left out \(--max-bad\)/);
  const allowed = await check(path, '--on-error', 'skip', '--max-bad', '2', '--json');
  expect(allowed.code).toBe(0);
  expect(allowed.stderr).toMatch(/2 of 3 clips are bad; up to 2 may be left out/);
  expect(JSON.parse(allowed.stdout)).toMatchObject({
    clips: 1,
    bad: [{ id: 'a1_s2_t1', code: 'FORMAT_TRUNCATED' }, { id: 'a1_s4_t1' }],
  });
});

it('asks for a path, and has nothing to check in simulated data', async () => {
  expect(await check()).toMatchObject({ code: 2, stderr: expect.stringContaining('name what to check') });
  expect(await check('puppet')).toMatchObject({ code: 2, stderr: expect.stringContaining('puppet is simulated') });
});
