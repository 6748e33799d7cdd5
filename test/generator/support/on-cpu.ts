import { createCpuEngine } from '../../../src/engine/cpu.js';
import { tf } from '../../../src/engine/tfjs.js';

export { tf };

/** Values of a tensor that is computed on the oracle engine. */
export async function onCpu(make: () => ReturnType<typeof tf.tensor>): Promise<number[]> {
  const engine = await createCpuEngine();
  try {
    const compiled = await engine.compile(() => ({ value: make() }), {}, { name: 'value' });
    return [...(await compiled.run({})).value!];
  } finally {
    await engine.close();
  }
}
