import { ModelError, messageOf, SkelmixError } from '../core/errors.js';
import type { Engine } from './engine.js';
import { ENGINE_KINDS, type KindOptions } from './engine-kinds.js';
import type { EngineName } from './engine-names.js';
import { noFloat16 } from './onnx/onnx-engine.js';
import { tf } from './tfjs.js';

/**
 * Creates an engine and proves that it computes: it multiplies two matrices, so that a library which loads but can't compute is
 * found out.
 *
 * @throws ModelError BACKEND_UNAVAILABLE, with the reason and what to do; ConfigError CONFIG_CONFLICT for float16 where there is none
 */
export async function createProven(name: EngineName, options: KindOptions): Promise<Engine> {
  if (options.precision === 'float16' && !name.startsWith('onnx-')) throw noFloat16(name);
  const engine = await ENGINE_KINDS[name].create(options);
  try {
    const got = await product(engine);
    if (got[0] === 19 && got[1] === 22 && got[2] === 43 && got[3] === 50) return engine;
    throw new ModelError('BACKEND_UNAVAILABLE', `the engine ${name} multiplied two matrices into [${got}], not [19,22,43,50]`, {
      details: { engine: name, got },
    });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function product(engine: Engine): Promise<number[]> {
  try {
    const probe = await engine.compile(({ a, b }) => ({ c: tf.matMul(a!, b!) }), { a: [2, 2], b: [2, 2] }, { name: 'probe' });
    const { c } = await probe.run({ a: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(5, 6, 7, 8) });
    await probe.release();
    return [...c!];
  } catch (error) {
    if (error instanceof SkelmixError && error.code === 'BACKEND_UNAVAILABLE') throw error;
    throw new ModelError('BACKEND_UNAVAILABLE', `the engine ${engine.name} loaded but can't run: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
