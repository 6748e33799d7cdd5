import { messageOf } from '../../core/errors.js';
import { type EngineName, selectEngine } from '../../engine/index.js';

/**
 * Program: creates the engine that its argument names, which runs a small product, and ends in order, or with the reason on stderr.
 * In a process of its own, since a native library that does not fit may end the process that loads it.
 */
try {
  const engine = await selectEngine({ name: process.argv[2] as EngineName });
  await engine.close();
} catch (error) {
  process.stderr.write(messageOf(error));
  process.exitCode = 1;
}
