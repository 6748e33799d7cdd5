import { createOnnxEngine } from '../../src/engine/index.js';
import { createClipGenerator, defaultSampling, loadModel } from '../../src/generator/index.js';

/**
 * Guided batches of 1 to 4 clips in turn, in one process: `node --expose-gc memory-growth-child.js MODEL BATCHES`; prints the
 * grown MB of resident memory over so many batches, after 100 that let allocators reach their size.
 */
const [folder, batches] = process.argv.slice(2) as [string, string];
const model = await loadModel(folder);
const engine = await createOnnxEngine({ threads: 1 });
const settings = { ...defaultSampling, steps: 1, interval: [0, 1] as const };
const generator = createClipGenerator({ model, engine, seed: 1, settings });
let index = 0;

async function residentAfter(count: number): Promise<number> {
  for (let batch = 0; batch < count; batch++) {
    const labels = Array.from({ length: 1 + (batch % 4) }, (_, i) => (index + i) % model.manifest.classes.length);
    await generator.generate(labels, index);
    index += labels.length;
    if (batch % 20 === 0) globalThis.gc!();
  }
  // Buffers outside the heap are freed by a second collection, after their owners.
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc!();
  return process.memoryUsage().rss / 1e6;
}

const before = await residentAfter(100);
process.stdout.write(`${(await residentAfter(Number(batches))) - before}\n`);
await engine.close();
