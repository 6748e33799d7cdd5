import { symmetricEigen } from './symmetric-eigen.js';

interface Moments {
  readonly mean: Float64Array;
  /** [n, n], with divisor N - 1. */
  readonly covariance: Float64Array;
}

function momentsOf(features: readonly Float32Array[]): Moments {
  const n = features[0]!.length;
  const mean = new Float64Array(n);
  for (const row of features) for (let i = 0; i < n; i++) mean[i]! += row[i]! / features.length;
  const covariance = new Float64Array(n * n);
  for (const row of features)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) covariance[i * n + j]! += ((row[i]! - mean[i]!) * (row[j]! - mean[j]!)) / (features.length - 1);
  return { mean, covariance };
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
  return out;
}

/** The symmetric square root [n, n] of a positive semidefinite matrix; eigenvalues that rounding made negative count as zero. */
export function squareRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = vectors.map((value, at) => value * Math.sqrt(Math.max(0, values[at % n]!)));
  const transposed = vectors.map((_, at) => vectors[(at % n) * n + Math.floor(at / n)]!);
  return product(scaled, transposed, n);
}

/**
 * Frechet distance of two sets of features taken as Gaussians (Heusel et al., arXiv 1706.08500):
 * |mu_a - mu_b|^2 + Tr(A + B - 2 (A B)^(1/2)), covariances with N - 1. The trace of the root is taken as that of
 * (A^(1/2) B A^(1/2))^(1/2), which is symmetric and has the same eigenvalues, so that it stays finite where covariances are
 * singular (fewer rows than features, dead features) and no multiple of I has to be added.
 *
 * @param a, b two or more rows of features each; small sets read too far: compare sets of equal size only
 */
export function frechetDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const n = first.mean.length;
  const root = squareRoot(first.covariance, n);
  const { values } = symmetricEigen(product(product(root, second.covariance, n), root, n), n);
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const traces = first.covariance[i * n + i]! + second.covariance[i * n + i]!;
    distance += (first.mean[i]! - second.mean[i]!) ** 2 + traces - 2 * Math.sqrt(Math.max(0, values[i]!));
  }
  // Of equal sets rounding leaves a few 1e-13 of either sign.
  return Math.max(0, distance);
}
