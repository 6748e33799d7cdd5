import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPresent } from '../../../src/core/is-present.js';
import { presentFrames } from '../../../src/loader/transforms/present-frames.js';
import { translate } from '../../../src/loader/transforms/translate.js';
import { anyClip } from '../support/clips.js';

it('one shift puts the centre of whoever is there first at the origin, and who is absent stays so', () => {
  fc.assert(
    fc.property(anyClip, fc.nat(2), (clip, centre) => {
      const moved = translate(clip, centre);
      const { M, T, V, C } = clip.shape;
      const person = [0, 1].slice(0, M).find((m) => presentFrames(clip, m).length > 0)!;
      const frame = presentFrames(clip, person)[0]!;
      const at = ((person * T + frame) * V + centre) * C;
      expect([...moved.keypoint.subarray(at, at + C)]).toEqual([0, 0, 0]);
      for (let m = 0; m < M; m++)
        for (let t = 0; t < T; t++) {
          const from = (m * T + t) * V * C;
          for (let i = from; i < from + V * C; i++) {
            const shift = clip.keypoint[at + (i % C)]!;
            expect(moved.keypoint[i]).toBe(isPresent(clip, m, t) ? Math.fround(clip.keypoint[i]! - shift) : 0);
          }
        }
    }),
  );
});
