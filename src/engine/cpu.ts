import { eagerProgram } from './eager-program.js';
import type { Engine } from './engine.js';
import { engineOf } from './engine-of.js';

/**
 * The engine that runs a function eagerly in plain JavaScript (tfjs' cpu backend): the reference that other engines are
 * compared with, and the last resort, some hundred times slower than `onnx`.
 */
export async function createCpuEngine(): Promise<Engine> {
  return engineOf('cpu', async (request) => eagerProgram('cpu', request));
}
