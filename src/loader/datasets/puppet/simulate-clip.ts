import type { Layout } from '../../../core/layout.js';
import { keyedRandom, type Random } from '../../../core/random.js';
import type { Action } from './action.js';
import { type Channel, mirrorPose, type Pose, toPose } from './channels.js';
import type { Movement } from './keyframes.js';
import { type Placement, poseBody } from './kinematics.js';
import { addSensorNoise } from './sensor-noise.js';
import { around, between, type Person } from './style.js';

/** Frames a second, as a Kinect v1. */
export const PUPPET_FPS = 30;
const MIN_FRAMES = 40;
const MAX_FRAMES = 125;
/** Height of the camera above the floor, metres (UTD-MHAD: feet at y = -1.05). */
const CAMERA_HEIGHT = 1.05;

/** What is to be simulated. */
export interface Scene {
  readonly person: Person;
  readonly action: Action;
  readonly layout: Layout;
  /** Key of the clip's random stream. */
  readonly key: readonly (string | number)[];
}

/**
 * One performance as a Kinect would see it: keypoint [T, V, 3], metres, camera space (x to the right of a person who faces
 * the camera, y up, z away from the camera). 40 to 125 frames. A pure function of the scene.
 *
 * @param noise false leaves the sensor's errors out
 */
export function simulateClip({ person, action, layout, key }: Scene, noise = true): { keypoint: Float32Array; T: number } {
  const random = keyedRandom('puppet clip', ...key);
  const seconds = between(random, ...action.seconds) / person.tempo;
  const T = Math.min(MAX_FRAMES, Math.max(MIN_FRAMES, Math.round(seconds * PUPPET_FPS)));
  const leftHanded = random.uniform() < person.leftShare;
  const movement = action.perform(person, random);
  const warp = createTimeWarp(random);
  const life = createLife(person, random);
  const placement = place(action, person, T / PUPPET_FPS, movement, random);
  const keypoint = new Float32Array(T * layout.joints.length * 3);
  let at = 0;
  for (let t = 0; t < T; t++) {
    const scripted = movement(warp(t / (T - 1)), t / PUPPET_FPS);
    const pose = life(leftHanded ? mirrorPose(scripted) : scripted, t / PUPPET_FPS);
    const skeleton = poseBody(pose, person.body, placement);
    for (const joint of layout.joints) {
      keypoint.set(skeleton[joint]!, at);
      at += 3;
    }
  }
  if (noise) addSensorNoise(keypoint, layout.joints, random);
  return { keypoint, T };
}

/** Nobody keeps an even pace, and a recording is cut somewhat before or after the movement: a growing map of [0, 1] into itself. */
function createTimeWarp(random: Random): (progress: number) => number {
  const first = between(random, -0.3, 0.3);
  const second = between(random, -0.2, 0.2);
  const start = between(random, 0, 0.05);
  const end = between(random, 0.95, 1);
  return (progress) => {
    const u = start + (end - start) * progress;
    return u + (first * Math.sin(2 * Math.PI * u)) / (2 * Math.PI) + (second * Math.sin(4 * Math.PI * u)) / (4 * Math.PI);
  };
}

/** Small slow movements that nobody scripts: the trunk sways, the head looks about, the arms are never quite still. */
function createLife(person: Person, random: Random): (pose: Pose, seconds: number) => Pose {
  const sizes: Partial<Record<Channel, number>> = {
    pelvisRight: 0.006,
    pelvisForward: 0.004,
    pelvisTurn: 1,
    spineBend: 1,
    spineSide: 0.8,
    spineTurn: 1.4,
    headNod: 2,
    headTurn: 4,
    leftRaise: 1.6,
    leftPlane: 4,
    leftElbow: 2.5,
    rightRaise: 1.6,
    rightPlane: 4,
    rightElbow: 2.5,
  };
  const waves = new Map(
    Object.entries(sizes).map(([channel, size]) => [
      channel,
      [1, 2].map((harmonic) => ({
        size: (person.sway * size * around(random, 1, 0.3)) / harmonic,
        hz: harmonic * between(random, 0.15, 0.45),
        phase: random.uniform(),
      })),
    ]),
  );
  return (pose, seconds) =>
    toPose((channel) => {
      let value = pose[channel];
      for (const { size, hz, phase } of waves.get(channel) ?? []) value += size * Math.sin(2 * Math.PI * (hz * seconds + phase));
      return value;
    });
}

/** In view of the camera, 2.4 to 3.1 m away; whoever walks starts far enough back to end there. */
function place(action: Action, person: Person, seconds: number, movement: Movement, random: Random): Placement {
  const ways = action.room === 'way';
  const heading = around(random, 0, ways ? 16 : 7);
  const ahead = ways ? movement(1, seconds).pelvisForward * person.body.legLength : 0;
  const x = around(random, -0.05, 0.12);
  const z = between(random, 2.4, 3.1);
  const turn = (heading * Math.PI) / 180;
  return {
    origin: [x + (ahead / 2) * Math.sin(turn), -CAMERA_HEIGHT + around(random, 0, 0.02), z + (ahead / 2) * Math.cos(turn)],
    heading,
    stanceWidth: person.stanceWidth,
  };
}
