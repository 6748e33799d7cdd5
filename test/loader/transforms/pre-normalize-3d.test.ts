import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { bodyAxes, hipAxes } from '../../../src/loader/profiles/body-axes-of.js';
import { alignBodies } from '../../../src/loader/transforms/align-bodies.js';
import { preNormalize3D } from '../../../src/loader/transforms/pre-normalize-3d.js';
import { preNormalizeAgcn } from '../../../src/loader/transforms/pre-normalize-agcn.js';
import { translate } from '../../../src/loader/transforms/translate.js';
import { sequence } from '../support/golden.js';
import { distance } from '../support/planes.js';

const layouts = await Promise.all(['ntu', 'kinect-v1', 'utd-mhad', 'sbu', 'bandai-namco'].map(loadLayout));
const BOTH = { alignCentre: true, alignSpine: true };

const joint = ({ keypoint, shape: { T, V } }: Clip, t: number, v: number, m = 0): number[] => [
  ...keypoint.subarray(((m * T + t) * V + v) * 3, ((m * T + t) * V + v) * 3 + 3),
];
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, c) => value - b[c]!);

describe.each(layouts.map((layout) => [layout.name, layout] as const))('bodies of %s', (_, layout) => {
  const axes = bodyAxes(layout, 'test');
  const clip = sequence(30, 30, layout);
  const shapes: Readonly<Record<string, Clip>> = {
    'PYSKL puts upright': preNormalize3D(clip, axes, BOTH),
    '2s-AGCN puts upright': preNormalizeAgcn(clip, 30, axes),
    'InfoGCN puts upright': alignBodies(clip, { ...axes, ...hipAxes(layout, 'test') }),
    'CTR-GCN moves': translate(clip, layout.centre),
  };

  it.each(Object.entries(shapes))('that %s keep all distances within a frame', (__, normal) => {
    for (const t of [0, 7, 29])
      for (const m of [0, 1])
        for (const v of [1, 3, layout.joints.length - 1]) {
          const before = distance(joint(clip, t, 0, m), joint(clip, t, v, m));
          expect(distance(joint(normal, t, 0, m), joint(normal, t, v, m))).toBeCloseTo(before, 4);
        }
  });

  it('have their centre at the origin: in the first frame for PYSKL and CTR-GCN, in each for 2s-AGCN', () => {
    for (const name of ['PYSKL puts upright', 'CTR-GCN moves'])
      expect(distance(joint(shapes[name]!, 0, layout.centre), [0, 0, 0])).toBeLessThan(1e-5);
    for (const t of [0, 11, 29])
      expect(distance(joint(shapes['2s-AGCN puts upright']!, t, layout.centre), [0, 0, 0])).toBeLessThan(1e-5);
  });

  it('have shoulders along x afterwards, and for InfoGCN a spine along z', () => {
    for (const name of ['PYSKL puts upright', '2s-AGCN puts upright']) {
      const [x, y, z] = minus(joint(shapes[name]!, 0, axes.right), joint(shapes[name]!, 0, axes.left)) as [
        number,
        number,
        number,
      ];
      expect(x).toBeGreaterThan(0);
      expect(Math.hypot(y, z) / x).toBeLessThan(1e-3);
    }
    const spine = minus(
      joint(shapes['InfoGCN puts upright']!, 0, axes.top),
      joint(shapes['InfoGCN puts upright']!, 0, axes.bottom),
    );
    expect(Math.hypot(spine[0]!, spine[1]!) / spine[2]!).toBeLessThan(1e-3);
  });
});
