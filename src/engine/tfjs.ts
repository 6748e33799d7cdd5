import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';

// Required and not imported: to import a CommonJS package Node first looks for its exports in the text of all its files, which for
// this one takes three times as long as to load it.
const loaded = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof tfjs;

function quiet(tf: typeof tfjs): typeof tfjs {
  if (tf.engine().backendName === undefined) tf.setBackend('cpu').catch(() => undefined);
  const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | null;
  if (cpu?.firstUse !== undefined) cpu.firstUse = false;
  return tf;
}

/**
 * tfjs with every operation and gradient registered (`@tensorflow/tfjs-core` alone registers no gradients in Node), made
 * silent: the cpu backend would greet on stderr at its first tensor and advise another package. No other warning is hidden.
 * Where no backend was chosen yet, `cpu` is: left alone, tfjs would make a second cpu backend later, which greets again.
 */
export const tf = quiet(loaded);

/** The types that networks name. */
export declare namespace tf {
  type Scalar = tfjs.Scalar;
  type Tensor = tfjs.Tensor;
}
