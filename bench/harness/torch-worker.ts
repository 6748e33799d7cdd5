import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SamplingSettings } from '../../src/generator/index.js';

const root = new URL('../..', import.meta.url);

/** What PyTorch computed; `seconds` is what it took, without the way there and back. */
export interface Timed {
  readonly images: Float32Array;
  readonly seconds: number;
}

/** Noisy images, clean images, times and weights of one training step. */
export interface TrainingBatch {
  readonly x: Float32Array;
  readonly x0: Float32Array;
  readonly t: Float32Array;
  readonly weight: Float32Array;
  readonly labels: readonly number[];
}

/** The optimizer of a training; kept from the first step on. */
export interface TrainingOptimizer {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly emaDecay: number;
  readonly velocityWeight: number;
}

/** PyTorch with the twin networks of bench/harness/python, in a process of its own. */
export interface TorchWorker {
  /** Version of PyTorch. */
  readonly torch: string;
  /** x0Hat of images x [B, T, F] at one time t. */
  denoise(x: Float32Array, t: number, labels: readonly number[], scale: number): Promise<Float32Array>;
  /** Gradient of log p(y | x) of ST-Trans with respect to x. */
  gradient(x: Float32Array, labels: readonly number[]): Promise<Float32Array>;
  /** As `denoise`, with what PyTorch took. */
  timeDenoise(x: Float32Array, t: number, labels: readonly number[]): Promise<Timed>;
  /** As `gradient`, with what PyTorch took. */
  timeGradient(x: Float32Array, labels: readonly number[]): Promise<Timed>;
  /** One training step of the denoiser, from the model's weights at the first call, then from those of the last; its loss. */
  train(batch: TrainingBatch, optimizer: TrainingOptimizer): Promise<Timed>;
  /** Samples images from noise. */
  sample(noise: Float32Array, labels: readonly number[], settings: SamplingSettings): Promise<Timed>;
  close(): Promise<void>;
}

/** The Python of benches: the one in SKELMIX_PYTHON, else that of `.venv`, which `npm test` makes; undefined without either. */
export function benchPython(): string | undefined {
  const own = fileURLToPath(new URL('.venv/bin/python', root));
  return process.env.SKELMIX_PYTHON ?? (existsSync(own) ? own : undefined);
}

/**
 * Starts the worker and loads a model into it.
 *
 * @param python an interpreter that has PyTorch
 * @param folder of the model
 * @param image frames and values of a frame of an image, T and F
 */
export async function startTorchWorker(
  python: string,
  folder: string,
  threads: number,
  image: readonly [number, number],
): Promise<TorchWorker> {
  const child = spawn(python, [fileURLToPath(new URL('bench/harness/python/torch_worker.py', root))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  const ask = async (command: object): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('the PyTorch process ended; its message stands above');
    return JSON.parse(value) as Record<string, unknown>;
  };
  const text = (x: Float32Array): string => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64');
  const run = async (command: string, x: Float32Array, labels: readonly number[], more: object): Promise<Timed> => {
    const reply = await ask({ command, x: text(x), shape: [x.length / (image[0] * image[1]), ...image], labels, ...more });
    const values = Buffer.from(reply.x as string, 'base64');
    const images = new Float32Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength));
    return { images, seconds: reply.seconds as number };
  };

  const { torch } = await ask({ command: 'load', folder, threads });
  return {
    torch: torch as string,
    denoise: async (x, t, labels, scale) => (await run('denoise', x, labels, { t, scale })).images,
    gradient: async (x, labels) => (await run('gradient', x, labels, {})).images,
    timeDenoise: (x, t, labels) => run('denoise', x, labels, { t, scale: 1 }),
    timeGradient: (x, labels) => run('gradient', x, labels, {}),
    train: ({ x, labels, x0, t, weight }, optimizer) =>
      run('train', x, labels, { x0: text(x0), t: text(t), weight: text(weight), optimizer }),
    sample: (noise, labels, settings) => run('sample', noise, labels, { settings }),
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
