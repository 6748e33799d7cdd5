import { beforeAll, describe, expect, it } from 'vitest';
import { resampleClip } from '../../src/core/resample-clip.js';
import { type Dataset, openDataset } from '../../src/loader/index.js';
import { centreClip } from '../../src/loader/transforms/centre.js';
import { realData } from '../support/real-data.js';

const path = realData('utd-mhad');

/**
 * Values (joint, axis, frame) and the sum of all values, read with another reader:
 * `d = scipy.io.loadmat(file)['d_skel']; d[0, 0, 0], d[11, 1, 10], d[19, 2, -1], d.sum()` (SciPy 1.16).
 */
const GOLDEN = [
  ['a1_s1_t1', 48, [-0.045762646943330765, -0.3253287672996521, 2.9011144638061523], 2420.2002687272616],
  ['a8_s4_t2', 69, [-0.032717686146497726, -0.059373486787080765, 2.877741813659668], 3370.5256893945334],
  ['a27_s7_t4', 72, [-0.08881983906030655, -0.3388194143772125, 2.842580556869507], 3291.374896630179],
] as const;

describe.skipIf(!path)('with the real UTD-MHAD data', () => {
  let train: Dataset;
  let val: Dataset;
  beforeAll(async () => {
    train = await openDataset(`utd-mhad:${path}`, { split: 'train' });
    val = await openDataset(`utd-mhad:${path}`, { split: 'val' });
  });

  it('the cross-subject split has 431 and 430 recordings, all good, with 58,299 frames in all', async () => {
    const [a, b] = [await train.describe(), await val.describe()];
    expect([a.clips, b.clips]).toEqual([431, 430]);
    expect([a.badClips, b.badClips]).toEqual([[], []]);
    expect([a.subjects.map(({ name }) => name), b.subjects.map(({ name }) => name)]).toEqual([
      ['s1', 's3', 's5', 's7'],
      ['s2', 's4', 's6', 's8'],
    ]);
    expect(a.frames.total + b.frames.total).toBe(58_299);
    expect(Math.min(a.frames.min, b.frames.min)).toBe(41);
    expect(Math.max(a.frames.max, b.frames.max)).toBe(125);
    const perClass = a.classes.map(({ clips, label }) => clips + b.classes[label]!.clips);
    expect(perClass.flatMap((clips, label) => (clips === 32 ? [] : [[label + 1, clips]]))).toEqual([
      [8, 31],
      [23, 31],
      [27, 31],
    ]);
  });

  it('the median recording has 67 frames', async () => {
    const lengths: number[] = [];
    for (const dataset of [train, val]) for await (const { shape } of dataset.clips()) lengths.push(shape.T);
    expect(lengths.sort((a, b) => a - b)[430]).toBe(67);
  });

  it.each(GOLDEN)('%s has the values that SciPy reads', async (id, frames, values, sum) => {
    const dataset = Number(/s(\d)/.exec(id)![1]) % 2 === 1 ? train : val;
    const { keypoint, shape } = await dataset.read(dataset.items.findIndex((item) => item.id === id));
    expect(shape).toEqual({ M: 1, T: frames, V: 20, C: 3 });
    const at = (joint: number, axis: number, frame: number): number => keypoint[(frame * 20 + joint) * 3 + axis]!;
    expect([at(0, 0, 0), at(11, 1, 10), at(19, 2, frames - 1)]).toEqual(values.map(Math.fround));
    expect(keypoint.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 2);
  });

  it('its nearest neighbours tell 80.7 % of the clips of other people, as they do with NumPy', async () => {
    const features = async (dataset: Dataset): Promise<{ label: number; x: Float32Array }[]> => {
      const found = [];
      for await (const clip of dataset.clips()) {
        const { keypoint } = centreClip(resampleClip(clip, 32), dataset.layout.centre);
        // Shoulder centre to hip centre in the first frame.
        const spine = Math.hypot(keypoint[3]!, keypoint[4]!, keypoint[5]!);
        found.push({ label: clip.label, x: keypoint.map((value) => value / spine) });
      }
      return found;
    };
    const known = await features(train);
    let right = 0;
    for (const { label, x } of await features(val)) {
      let best = Number.POSITIVE_INFINITY;
      let guess = -1;
      for (const other of known) {
        let distance = 0;
        for (let i = 0; i < x.length && distance < best; i++) distance += (x[i]! - other.x[i]!) ** 2;
        if (distance < best) {
          best = distance;
          guess = other.label;
        }
      }
      if (guess === label) right++;
    }
    expect(right / val.items.length).toBeCloseTo(347 / 430, 2);
  });
});
