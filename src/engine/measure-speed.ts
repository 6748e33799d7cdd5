import type { Tensor } from '@tensorflow/tfjs';
import { ModelError } from '../core/errors.js';
import type { Engine, NamedArray, Shape, Tensors } from './engine.js';
import { sizeOf } from './feeds.js';
import { tf } from './tfjs.js';

/** How fast an engine does the small probe. */
export interface EngineSpeed {
  /** Milliseconds of one run, the best of some. */
  readonly runMs: number;
  /** Its products alone, in 1e9 floating point operations a second. */
  readonly gflops: number;
}

/** Batch, tokens and width of the probe: below a tenth of a GFLOP, so that plain JavaScript ends within a second. */
const [B, N, D] = [4, 64, 64];
const HIDDEN = 4 * D;

/** Products of one run: projections once forward and once back; the two of attention forward, and four back. */
const FLOP = 2 * (2 * B * N * D * (4 * D + 2 * HIDDEN)) + 3 * (2 * 2 * B * N * N * D);

const ENOUGH_MS = 250;
const MOST_RUNS = 50;

/**
 * Times a block of a transformer (attention and a hidden layer, both normalized) with the gradient with respect to its input, which
 * is what a guided sampler asks of an engine. Takes a third of a second, or two runs where these take longer.
 *
 * @throws ModelError BACKEND_UNAVAILABLE where the gradient is not finite; whatever `compile` and `run` throw
 */
export async function measureSpeed(engine: Engine): Promise<EngineSpeed> {
  const constants = Object.fromEntries(
    Object.entries({ q: [D, D], k: [D, D], v: [D, D], o: [D, D], up: [D, HIDDEN], down: [HIDDEN, D] }).map(([name, shape]) => [
      name,
      waves(shape, 0.1),
    ]),
  );
  const probe = await engine.compile(
    (tensors) => ({ gradient: tf.grad((x: Tensor) => tf.sum(tf.square(block(tensors, x))))(tensors.x!) }),
    { x: [B, N, D] },
    { name: 'speed probe', constants },
  );
  const feeds = { x: waves([B, N, D], 1).data };
  let runMs = Number.POSITIVE_INFINITY;
  try {
    const { gradient } = await probe.run(feeds);
    if (!gradient!.every(Number.isFinite))
      throw new ModelError('BACKEND_UNAVAILABLE', `the engine ${engine.name} computes a gradient that is not finite`);
    const startedAt = performance.now();
    for (let run = 0; run < MOST_RUNS && (run === 0 || performance.now() - startedAt < ENOUGH_MS); run++) {
      const before = performance.now();
      await probe.run(feeds);
      runMs = Math.min(runMs, performance.now() - before);
    }
  } finally {
    await probe.release();
  }
  return { runMs, gflops: FLOP / runMs / 1e6 };
}

function block({ q, k, v, o, up, down }: Tensors, x: Tensor): Tensor {
  const rows = (value: Tensor, w: Tensor, width: number): Tensor =>
    tf.reshape(tf.matMul(tf.reshape(value, [B * N, -1]), w), [B, N, width]);
  const normed = normalized(x);
  const scores = tf.matMul(rows(normed, q!, D), rows(normed, k!, D), false, true);
  const attended = tf.matMul(tf.softmax(tf.mul(scores, D ** -0.5)), rows(normed, v!, D));
  const middle = tf.add(x, rows(attended, o!, D));
  return tf.add(middle, rows(tf.relu(rows(normalized(middle), up!, HIDDEN)), down!, D));
}

function normalized(x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
}

function waves(shape: Shape, height: number): NamedArray {
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => height * Math.sin(1 + 12.9898 * i)) };
}
