import { createOnnxEngine } from '../../src/engine/index.js';
import { createClipGenerator, defaultSampling, loadModel } from '../../src/generator/index.js';

/**
 * A process from nothing to its first batch of 16 guided clips: `node first-batch-child.js MODEL CACHE STEPS THREADS`; prints the
 * milliseconds since the process began.
 */
const [folder, cacheFolder, steps, threads] = process.argv.slice(2) as [string, string, string, string];
const model = await loadModel(folder);
const engine = await createOnnxEngine({ threads: Number(threads), cacheFolder });
// Guided at every time, so that few steps need both networks too.
const settings = { ...defaultSampling, steps: Number(steps), interval: [0, 1] as const };
const generator = createClipGenerator({ model, engine, seed: 1, settings });
await generator.generate(
  Array.from({ length: 16 }, (_, i) => i % model.manifest.classes.length),
  0,
);
process.stdout.write(`${performance.now()}\n`);
await engine.close();
