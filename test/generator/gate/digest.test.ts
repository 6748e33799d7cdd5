import { expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { createDigester, DIGEST_SIZE, nearestDigest } from '../../../src/generator/gate/digest.js';

const SIZE = 600;
const digest = createDigester(SIZE);
const image = (n: number) => keyedRandom('image', n).fillNormal(new Float32Array(SIZE));

it('the distance of two digests estimates the root mean square difference of the images', () => {
  const ratios = Array.from({ length: 200 }, (_, n) => {
    const [a, b] = [image(2 * n), image(2 * n + 1)];
    const exact = Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / SIZE);
    return nearestDigest(digest(a), digest(b)) / exact;
  });
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const deviation = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length);
  expect(mean).toBeCloseTo(1, 1);
  expect(deviation).toBeLessThan(1.3 / Math.sqrt(2 * DIGEST_SIZE));
});

it('a digest is a pure function of the image, so that it may be kept', () => {
  expect(createDigester(SIZE)(image(1))).toEqual(digest(image(1)));
});

it('an image is found among others, at distance nothing, and left out where it is asked to be', () => {
  const all = new Float32Array(3 * DIGEST_SIZE);
  for (const n of [0, 1, 2]) all.set(digest(image(n)), n * DIGEST_SIZE);
  expect(nearestDigest(digest(image(1)), all)).toBe(0);
  expect(nearestDigest(digest(image(1)), all, 1)).toBeGreaterThan(0.5);
  expect(nearestDigest(digest(image(1)), new Float32Array())).toBeNaN();
  expect(nearestDigest(digest(image(1)), digest(image(1)), 0)).toBeNaN();
});
