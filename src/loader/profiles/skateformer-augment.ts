import type { Random } from '../../core/random.js';
import { blurFrames } from '../transforms/blur-frames.js';
import { dropJoints } from '../transforms/drop-joints.js';
import type { Planes } from '../transforms/planes.js';
import { reverseFrames } from '../transforms/reverse-frames.js';
import { axisRotation, turn } from '../transforms/rotation.js';
import { drawShear } from '../transforms/shear.js';
import { takeJoints } from '../transforms/take-joints.js';

/** A clip on its way, with the places in time that its frames come from. */
export interface TimedPlanes {
  readonly planes: Planes;
  readonly t: Float32Array;
}

const MAX_DEGREES = 30;
const MAX_SCALE = 0.2;
const NOISE = 0.05;

/**
 * SkateFormer's variations of one clip, each named in `methods` and taken with probability 1/2: a other order of persons, b first person
 * gone, 1 shear, 2 turn about one axis, 3 scale, 4 left for right, 5 backwards, 6 noise, 7 blur, 8 one coordinate gone, 9 joints gone. May
 * change the planes in place.
 *
 * Source: `feeders/feeder_ntu.py` of SkateFormer (Do and Kim, ECCV 2024).
 *
 * @param people persons of the recording
 * @param mirror left-right partner of each joint
 */
export function augment(
  { planes, t }: TimedPlanes,
  methods: string,
  people: number,
  mirror: readonly number[],
  random: Random,
): TimedPlanes {
  const taken = (method: string, where = true): boolean => methods.includes(method) && where && random.uniform() < 0.5;
  let out = planes;
  let times = t;
  const { x } = out;
  const plane = x.length / out.C;
  if (taken('a', out.M === 2)) for (let i = 0; i < x.length; i += 2) [x[i], x[i + 1]] = [x[i + 1]!, x[i]!];
  if (taken('b', people === 2)) for (let i = 0; i < x.length; i += out.M) x[i] = 0;
  if (taken('1')) turn(out, drawShear(random));
  if (taken('2')) {
    const axis = random.int(3);
    turn(out, axisRotation(axis, ((2 * random.uniform() - 1) * MAX_DEGREES * Math.PI) / 180));
  }
  if (taken('3'))
    for (let c = 0; c < out.C; c++) {
      const factor = 1 + (2 * random.uniform() - 1) * MAX_SCALE;
      for (let i = c * plane; i < (c + 1) * plane; i++) x[i] = x[i]! * factor;
    }
  if (taken('4')) out = takeJoints(out, mirror);
  if (taken('5')) {
    out = reverseFrames(out);
    times = t.map((place) => -place);
  }
  if (taken('6')) for (let i = 0; i < out.x.length; i++) out.x[i] = out.x[i]! + NOISE * random.normal();
  if (taken('7')) out = blurFrames(out, 0.1 + 1.9 * random.uniform());
  if (taken('8')) {
    const axis = random.int(3);
    out.x.fill(0, axis * plane, (axis + 1) * plane);
  }
  if (taken('9')) dropJoints(out, random);
  return { planes: out, t: times };
}
