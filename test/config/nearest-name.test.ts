import { expect, it } from 'vitest';
import { nearestName } from '../../src/config/index.js';

const names = ['ratio', 'policy', 'classes', 'maxReuse', 'force'];

it.each([
  ['ration', 'ratio'],
  ['raito', 'ratio'],
  ['maxreuse', 'maxReuse'],
  ['max-reuse', 'maxReuse'],
  ['clases', 'classes'],
])('takes %s for %s', (typed, meant) => expect(nearestName(typed, names)).toBe(meant));

it.each(['speed', 'x', '', 'temperature'])('takes %j for none of them', (typed) =>
  expect(nearestName(typed, names)).toBeUndefined(),
);
