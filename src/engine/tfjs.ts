import * as tf from '@tensorflow/tfjs';

/**
 * tfjs with every operation and gradient registered (`@tensorflow/tfjs-core` alone registers no gradients in Node), made
 * silent: the cpu backend would greet on stderr at its first tensor and advise another package. No other warning is hidden.
 */
function loadQuietly(): typeof tf {
  const cpu = tf.findBackend('cpu') as unknown as { firstUse?: boolean } | undefined;
  if (cpu?.firstUse !== undefined) cpu.firstUse = false;
  return tf;
}

const quiet = loadQuietly();

export { quiet as tf };
