import { keyedRandom } from '../../core/random.js';

/** Values of a digest. */
export const DIGEST_SIZE = 32;

/** Makes a digest [32] of an image of `size` values. */
export type Digester = (image: Float32Array) => Float32Array;

/**
 * A random projection of images to 32 values, scaled so that the distance of two digests estimates the root mean square
 * difference of the two images, within about 12 % (Johnson and Lindenstrauss 1984; deviation 1 / sqrt(2 * 32)). The matrix is a
 * pure function of `size`, so that digests may be kept. 32 values stand for thousands: a digest tells that an image is near
 * another one, and is no recording.
 */
export function createDigester(size: number): Digester {
  const matrix = keyedRandom('digest', size).fillNormal(new Float32Array(DIGEST_SIZE * size));
  const scale = 1 / Math.sqrt(DIGEST_SIZE * size);
  return (image) =>
    Float32Array.from({ length: DIGEST_SIZE }, (_, k) => {
      const row = k * size;
      let sum = 0;
      for (let i = 0; i < size; i++) sum += matrix[row + i]! * image[i]!;
      return sum * scale;
    });
}

/**
 * Distance of a digest to the nearest of others.
 *
 * @param digests [N, 32], one after the other
 * @param except number of the digest to leave out (one among its own set); -1 leaves out none
 * @returns NaN where there is none to compare with
 */
export function nearestDigest(digest: Float32Array, digests: Float32Array, except = -1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < digests.length / DIGEST_SIZE; n++) {
    if (n === except) continue;
    let sum = 0;
    for (let k = 0; k < DIGEST_SIZE; k++) sum += (digest[k]! - digests[n * DIGEST_SIZE + k]!) ** 2;
    if (sum < least) least = sum;
  }
  return Number.isFinite(least) ? Math.sqrt(least) : Number.NaN;
}
