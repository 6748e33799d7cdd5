import type { Random } from '../../core/random.js';
import type { Matrix } from './rotation.js';

/** A matrix that shears: ones, and six numbers within `limit` beside them. Source: `shear` of SkateFormer's feeder (Do and Kim, ECCV 2024). */
export function drawShear(random: Random, limit = 0.5): Matrix {
  const part = (): number => (2 * random.uniform() - 1) * limit;
  const [a, b, c, d, e, f] = [part(), part(), part(), part(), part(), part()];
  return [1, a, d, b, 1, e, c, f, 1];
}
