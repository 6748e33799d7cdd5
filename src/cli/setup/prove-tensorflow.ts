import { type EngineName, selectEngine } from '../../engine/index.js';

/**
 * Program: creates the engine that its argument names, which runs a small product, and ends in order. In a process of its own,
 * since a native library that does not fit may end the process that loads it.
 */
const engine = await selectEngine({ name: process.argv[2] as EngineName });
await engine.close();
