import type { Action } from '../action.js';
import { walking } from '../gait.js';
import { between } from '../style.js';

/** Walking ahead at a stroll. */
export const walk: Action = {
  name: 'walk',
  seconds: [1.8, 3.2],
  room: 'way',
  perform: (person, random) =>
    walking(
      {
        strideHz: between(random, 0.75, 0.95),
        speed: between(random, 0.65, 1),
        stance: 0.62,
        lift: 0.11,
        bounce: 0.018,
        armSwing: between(random, 14, 26),
        elbow: 6,
        lean: 2,
      },
      person,
      random,
    ),
};

/** Jogging, on the spot or slowly ahead. */
export const jog: Action = {
  name: 'jog',
  seconds: [1.5, 2.8],
  room: 'way',
  perform: (person, random) =>
    walking(
      {
        strideHz: between(random, 1.25, 1.5),
        speed: random.uniform() < 0.5 ? 0 : between(random, 0.6, 1.1),
        stance: 0.42,
        lift: between(random, 0.24, 0.36),
        bounce: 0.035,
        armSwing: between(random, 20, 34),
        elbow: between(random, 60, 85),
        lean: 5,
      },
      person,
      random,
    ),
};
