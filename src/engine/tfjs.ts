import * as tf from '@tensorflow/tfjs';

/**
 * tfjs with every operation and gradient registered (`@tensorflow/tfjs-core` alone registers no gradients in Node), made
 * silent: the cpu backend would greet on stderr at its first tensor and advise another package. No other warning is hidden.
 * Where no backend was chosen yet, `cpu` is: left alone, tfjs would make a second cpu backend later, which greets again.
 */
function loadQuietly(): typeof tf {
  if (tf.engine().backendName === undefined) tf.setBackend('cpu').catch(() => undefined);
  const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | null;
  if (cpu?.firstUse !== undefined) cpu.firstUse = false;
  return tf;
}

const quiet = loadQuietly();

export { quiet as tf };
