import { add, cross, dot, length, normalise, scale, subtract, type Vector } from './rotation.js';

/** A leg is never quite straight: a knee at its limit snaps. */
export const MAX_REACH = 0.997;

/**
 * Places knee and ankle so that the ankle is at its target, or on the way to it where that is out of reach: inverse
 * kinematics of two bones by the law of cosines. Bone lengths hold always.
 *
 * @param lateral direction from left to right of the pelvis; the knee bends forward of it
 * @param outward the knee leans this much along `lateral` (negative for the left leg)
 */
export function placeLeg(
  hip: Vector,
  target: Vector,
  thigh: number,
  shin: number,
  lateral: Vector,
  outward: number,
): { knee: Vector; ankle: Vector } {
  const line = subtract(target, hip);
  const toAnkle = normalise(line);
  const shortest = Math.abs(thigh - shin) + 0.15 * Math.min(thigh, shin);
  const distance = Math.min(MAX_REACH * (thigh + shin), Math.max(shortest, length(line)));
  const along = (thigh * thigh - shin * shin + distance * distance) / (2 * distance);
  const aside = Math.sqrt(Math.max(0, thigh * thigh - along * along));
  const wanted = add(normalise(cross(lateral, toAnkle)), scale(lateral, outward));
  const bend = normalise(subtract(wanted, scale(toAnkle, dot(wanted, toAnkle))));
  return {
    knee: add(hip, add(scale(toAnkle, along), scale(bend, aside))),
    ankle: add(hip, scale(toAnkle, distance)),
  };
}
