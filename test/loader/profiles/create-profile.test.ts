import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import type { Origin } from '../../../src/core/sample.js';
import { createProfile } from '../../../src/loader/profiles/create-profile.js';
import type { Profile } from '../../../src/loader/profiles/profile.js';
import { toPlanes } from '../../../src/loader/transforms/to-planes.js';
import { anyClip, makeClip, THREE_JOINTS } from '../support/clips.js';

const profile = createProfile({ args: { window_size: 4, num_person: 2 }, layout: THREE_JOINTS });

const apply = (made: Profile, clip: Clip, origin: Origin) => made.finish(made.prepare(clip), { seed: 0, round: 0 }, origin);

describe('the planes of a clip', () => {
  it('have the axes C, T, V, M', () => {
    fc.assert(
      fc.property(anyClip, (clip) => {
        const { M, T, V, C } = clip.shape;
        const x = toPlanes(clip.keypoint, clip.shape);
        for (let m = 0; m < M; m++)
          for (let t = 0; t < T; t++)
            for (let v = 0; v < V; v++)
              for (let c = 0; c < C; c++)
                expect(x[((c * T + t) * V + v) * M + m]).toBe(clip.keypoint[((m * T + t) * V + v) * C + c]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a profile', () => {
  it('makes samples of its shape, centred, that keep id, label, origin and provenance', () => {
    fc.assert(
      fc.property(anyClip, (clip) => {
        const sample = apply(profile, { ...clip, id: 'x', label: 3 }, 'synthetic');
        expect(sample).toMatchObject({
          id: 'x',
          label: 3,
          origin: 'synthetic',
          shape: { K: 1, C: 3, T: 4, V: 3, M: 2 },
          provenance: clip.provenance,
        });
        expect(profile.shape).toEqual(sample.shape);
        expect(sample.x.length).toBe(3 * 4 * 3 * 2);
        expect(sample.x.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('puts the centre joint of the first frame at the origin', () => {
    const clip = makeClip({ M: 1, T: 1, V: 3, C: 3 }, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const one = createProfile({ args: { window_size: 1, num_person: 1 }, layout: THREE_JOINTS });
    const { x } = apply(one, clip, 'real');
    expect([...x]).toEqual([-3, 0, 3, -3, 0, 3, -3, 0, 3]);
  });

  it('has a digest that depends on everything that decides the samples', () => {
    const digests = [
      { args: { window_size: 4, num_person: 2 }, layout: THREE_JOINTS },
      { args: { window_size: 5, num_person: 2 }, layout: THREE_JOINTS },
      { args: { window_size: 4, num_person: 1 }, layout: THREE_JOINTS },
      { args: { window_size: 4, num_person: 2 }, layout: { ...THREE_JOINTS, centre: 0 } },
      { args: { window_size: 4, num_person: 2 }, layout: { ...THREE_JOINTS, name: 'other' } },
    ].map((options) => createProfile(options).digest);
    expect(digests[0]).toBe(profile.digest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('refuses clips of another layout and clips without frames', () => {
    const clip = makeClip({ M: 1, T: 1, V: 3, C: 3 }, new Array(9).fill(1));
    expect(() => profile.prepare({ ...clip, layout: 'ntu' })).toThrow(expect.objectContaining({ code: 'LAYOUT_MISMATCH' }));
    const wide = makeClip({ M: 1, T: 1, V: 4, C: 3 }, new Array(12).fill(1));
    expect(() => profile.prepare(wide)).toThrow(
      expect.objectContaining({ code: 'LAYOUT_MISMATCH', message: expect.stringContaining('4 joints') }),
    );
    const none = makeClip({ M: 1, T: 0, V: 3, C: 3 }, []);
    expect(() => profile.prepare(none)).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d frames', (numFrames) => {
    expect(() => createProfile({ args: { window_size: numFrames, num_person: 1 }, layout: THREE_JOINTS })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(`got ${numFrames}`) }),
    );
  });
});
