import fc from 'fast-check';
import type { Clip, ClipShape } from '../../../src/core/clip.js';
import { type Layout, parseLayout } from '../../../src/core/layout.js';

/** Three joints in 3-D, the middle one is the centre. */
export const THREE_JOINTS: Layout = parseLayout(
  {
    name: 'three',
    channels: 3,
    joints: ['head', 'hip', 'foot'],
    parents: { head: 'hip', foot: 'hip' },
    root: 'hip',
  },
  'test',
);

export function makeClip(shape: ClipShape, keypoint: ArrayLike<number>, more: Partial<Clip> = {}): Clip {
  return {
    id: 'clip',
    keypoint: Float32Array.from(keypoint),
    shape,
    label: 0,
    layout: THREE_JOINTS.name,
    fps: 30,
    provenance: { kind: 'recorded', dataset: 'test', file: 'clip' },
    ...more,
  };
}

/** Clips of 1 or 2 persons and up to 9 frames, some person-frames empty, never all of them. */
export const anyClip: fc.Arbitrary<Clip> = fc
  .record({ M: fc.integer({ min: 1, max: 2 }), T: fc.integer({ min: 1, max: 9 }), seed: fc.integer() })
  .chain(({ M, T }) =>
    fc.record({
      shape: fc.constant({ M, T, V: 3, C: 3 }),
      values: fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: M * T * 9, maxLength: M * T * 9 }),
      absent: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: M * T, maxLength: M * T }),
    }),
  )
  .map(({ shape, values, absent }) => {
    // Joints apart, so that no body is a single point: at the origin it would count as absent.
    const bodies = values.map((value, i) => value + 5 + 10 * (Math.floor(i / 3) % 3));
    const some = bodies.map((value, i) => (absent[Math.floor(i / 9)] === 0 ? 0 : value));
    return makeClip(shape, some.some((value) => value !== 0) ? some : bodies);
  });
