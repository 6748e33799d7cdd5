import { messageOf } from '../../core/errors.js';
import { tf } from '../tfjs.js';
import { findCuda } from './cuda/installation.js';
import { preloadCuda } from './cuda/preload.js';
import type { Device, DeviceProvider } from './device.js';
import { loadRuntime } from './load-runtime.js';
import { type OnnxRuntime, openSession, type Provider } from './session.js';
import { trace } from './trace.js';

/** A first look for every device, and the size at which a real one shows what it can: one in software would take seconds there. */
const SMALL = 128;
const LARGE = 512;
const PRODUCTS = 8;
/** A device that takes this long for the small products is not asked for the large ones. */
const SLOW_MS = 20;

/**
 * Milliseconds of a row of products of matrices [size, size] on a provider: the best of three runs.
 *
 * @throws Error where the provider does not work or computes something else than the sum that is known
 */
async function timeProducts(runtime: OnnxRuntime, provider: Provider, size: number): Promise<number> {
  const chain = ({ x, w }: Record<string, ReturnType<typeof tf.tensor>>) => {
    let y = x!;
    for (let i = 0; i < PRODUCTS; i++) y = tf.matMul(y, w!);
    return { y };
  };
  const traced = trace({ name: 'chain', fn: chain, inputs: { x: [size, size], w: [size, size] }, constants: {} });
  const session = await openSession(runtime, 'chain', traced, { provider });
  // Every row of w sums to one, so that ones stay ones through any number of products.
  const feeds = { x: new Float32Array(size * size).fill(1), w: new Float32Array(size * size).fill(1 / size) };
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const startedAt = performance.now();
    const { y } = await session.run(feeds);
    best = Math.min(best, performance.now() - startedAt);
    const wrong = y!.find((value) => !(Math.abs(value - 1) < 1e-3));
    if (wrong !== undefined) throw new Error(`the device computed ${wrong} where 1 was expected`);
  }
  await session.release();
  return best;
}

async function tryDevice(provider: DeviceProvider): Promise<Device> {
  try {
    const runtime = await loadRuntime();
    const cuda = provider === 'cuda' ? findCuda() : undefined;
    if (cuda !== undefined) preloadCuda(cuda.libraries);
    const smallMs = await timeProducts(runtime, provider, SMALL);
    const size = smallMs > SLOW_MS ? SMALL : LARGE;
    const deviceMs = size === SMALL ? smallMs : await timeProducts(runtime, provider, size);
    return { usable: true, deviceMs, processorMs: await timeProducts(runtime, 'cpu', size) };
  } catch (error) {
    // onnxruntime puts the place in its sources and the broken condition before the message, with CUDA also behind it.
    const reason = messageOf(error)
      .replace(/\s+/g, ' ')
      .replace(/^.* was false\. /, '')
      .replace(/^.*(CUDA failure \d+: [^;]+).*$/, '$1')
      .trim();
    return { usable: false, reason };
  }
}

process.send?.(await tryDevice(process.argv[2] as DeviceProvider), () => process.disconnect());
