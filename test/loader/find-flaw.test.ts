import { expect, it } from 'vitest';
import { findFlaw } from '../../src/loader/find-flaw.js';
import { makeClip, THREE_JOINTS } from './support/clips.js';

const frame = [1, 2, 3, 0, 0, 0, 4, 5, 6];

it.each([
  ['nothing odd, a centre joint at zero', 1, 2, [...frame, ...frame], undefined],
  ['a single frame', 1, 1, frame, 'a single frame'],
  ['a joint at zero', 1, 2, [...frame, 0, 0, 0, 1, 1, 1, 2, 2, 2], '1 of 6 joints are zero in all coordinates'],
  ['a person who is not there', 2, 2, [...frame, ...frame, ...new Array(18).fill(0)], undefined],
])('finds %s', (_, M, T, keypoint, flaw) => {
  expect(findFlaw(makeClip({ M, T, V: 3, C: 3 }, keypoint), THREE_JOINTS)).toBe(flaw);
});

it('finds no missing joints in 2-D, where they are the rule', () => {
  expect(findFlaw(makeClip({ M: 1, T: 2, V: 3, C: 2 }, [0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2]), THREE_JOINTS)).toBeUndefined();
});
