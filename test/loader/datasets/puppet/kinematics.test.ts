import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../../src/core/random.js';
import { createBody } from '../../../../src/loader/datasets/puppet/body.js';
import { CHANNELS, mirrorPose, type PartialPose, toPose } from '../../../../src/loader/datasets/puppet/channels.js';
import { poseBody, type Skeleton } from '../../../../src/loader/datasets/puppet/kinematics.js';
import { length, subtract, type Vector } from '../../../../src/loader/datasets/puppet/rotation.js';
import { loadLayout } from '../../../../src/loader/load-layout.js';

const body = createBody(keyedRandom('test'));
const ahead = { origin: [0, -1, 3] as Vector, heading: 0, stanceWidth: 0.2 };
const posed = (pose: PartialPose, placement = ahead): Skeleton =>
  poseBody(
    toPose((channel) => pose[channel] ?? 0),
    body,
    placement,
  );
const height = (skeleton: Skeleton, joint: string): number => skeleton[joint]![1];

const anyPose = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: CHANNELS.length, maxLength: CHANNELS.length })
  .map((values) =>
    toPose(
      (channel) =>
        values[CHANNELS.indexOf(channel)]! * (/Foot(Out|Up|Forward)|pelvis(Right|Up|Forward)/.test(channel) ? 0.25 : 60),
    ),
  );

describe('a standing puppet', () => {
  const standing = posed({});

  it('faces the camera: its right hand is at larger x, its toes are nearer than its heels', () => {
    expect(standing.right_hand![0]).toBeGreaterThan(standing.left_hand![0]);
    expect(standing.right_foot![2]).toBeLessThan(standing.right_ankle![2]);
  });

  it('has its feet on the floor and its head above all', () => {
    expect(height(standing, 'left_foot')).toBeCloseTo(-0.98, 6);
    expect(height(standing, 'right_foot')).toBeCloseTo(-0.98, 6);
    expect(Math.max(...Object.values(standing).map(([, y]) => y))).toBe(height(standing, 'head'));
  });
});

describe('joint angles', () => {
  it('raise the right arm sideways to the right, and forward towards the camera', () => {
    const { right_shoulder: shoulder, right_wrist: side } = posed({ rightRaise: 90 });
    expect(side![0] - shoulder![0]).toBeCloseTo(body.upperArm + body.forearm, 3);
    const forward = posed({ rightRaise: 90, rightPlane: 90 });
    expect(forward.right_wrist![2] - forward.right_shoulder![2]).toBeCloseTo(-body.upperArm - body.forearm, 3);
  });

  it('bend the elbow forward, or outwards where the arm is turned outwards', () => {
    const bent = posed({ leftElbow: 90 });
    expect(bent.left_wrist![2]).toBeCloseTo(bent.left_elbow![2] - body.forearm, 6);
    const turned = posed({ leftElbow: 90, leftTwist: 90 });
    expect(turned.left_wrist![0]).toBeCloseTo(turned.left_elbow![0] - body.forearm, 6);
  });

  it('bow towards the camera', () => {
    const bowed = posed({ spineBend: 60 });
    expect(bowed.head![2]).toBeLessThan(posed({}).head![2] - 0.3);
  });

  it('are kept within the limits of the joints', () => {
    expect(toPose(() => 1000)).toMatchObject({ rightElbow: 150, spineBend: 80, leftFootUp: 1.5 });
    expect(toPose(() => -1000)).toMatchObject({ rightElbow: 0, spineBend: -30, leftFootUp: 0 });
  });
});

describe('any pose', () => {
  it('keeps the length of every bone', async () => {
    const { joints, parents } = await loadLayout('utd-mhad');
    const lengths = (skeleton: Skeleton): number[] =>
      joints.map((joint, v) => (parents[v] === -1 ? 0 : length(subtract(skeleton[joint]!, skeleton[joints[parents[v]!]!]!))));
    const rest = lengths(posed({}));
    fc.assert(
      fc.property(anyPose, fc.integer({ min: -180, max: 180 }), (pose, heading) => {
        const bones = lengths(poseBody(pose, body, { ...ahead, heading }));
        for (const [v, bone] of bones.entries()) expect(bone).toBeCloseTo(rest[v]!, 9);
      }),
    );
  });

  it('keeps feet on the floor where they are put, wherever the pelvis goes', () => {
    fc.assert(
      fc.property(anyPose, (pose) => {
        const planted = toPose((channel) => (/FootUp/.test(channel) ? 0 : pose[channel]));
        const skeleton = poseBody(planted, body, ahead);
        for (const side of ['left', 'right'] as const) {
          expect(height(skeleton, `${side}_foot`)).toBeCloseTo(-0.98, 3);
          expect(skeleton[`${side}_foot`]![2]).toBeCloseTo(3 - planted[`${side}FootForward`] * body.legLength, 3);
        }
      }),
    );
  });

  it('mirrored is the mirror image', () => {
    fc.assert(
      fc.property(anyPose, (pose) => {
        const skeleton = poseBody(pose, body, ahead);
        const mirrored = poseBody(mirrorPose(pose), body, ahead);
        for (const [joint, [x, y, z]] of Object.entries(skeleton)) {
          const partner = joint.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left'));
          const [mx, my, mz] = mirrored[partner]!;
          expect(mx).toBeCloseTo(-x, 9);
          expect(my).toBeCloseTo(y, 9);
          expect(mz).toBeCloseTo(z, 9);
        }
      }),
    );
  });
});
