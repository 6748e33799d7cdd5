import { keyedRandom } from '../../src/core/random.js';
import { type CompiledFunction, type Engine, tf } from '../../src/engine/index.js';
import { createDenoiser } from '../../src/generator/networks/denoiser.js';
import { logLikelihood } from '../../src/generator/networks/losses.js';
import { initialWeights } from '../../src/generator/networks/parameters.js';
import { createStTrans } from '../../src/generator/networks/st-trans.js';

const [numFrames, numJoints, channels, numClasses] = [64, 20, 3, 27];
const frameSize = numJoints * channels;

/** A denoiser with random weights, forward, over 64 frames of 20 joints. */
export function compileDenoiser(
  engine: Engine,
  B: number,
  sizes: { readonly width: number; readonly blocks: number },
): Promise<CompiledFunction> {
  const network = createDenoiser({ kind: 'frame-transformer', numFrames, frameSize, numClasses, heads: 4, ...sizes });
  return engine.compile(
    (tensors) => ({ x0Hat: network.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y! }) }),
    { x: [B, numFrames, frameSize], t: [B], y: [B, numClasses] },
    { name: 'bench denoiser', constants: initialWeights(network.parameters, 1) },
  );
}

/** The gradient of an ST-Trans with random weights with respect to its images, over 64 frames of 20 joints. */
export function compileGuide(
  engine: Engine,
  B: number,
  sizes: { readonly width: number; readonly blocks: number; readonly heads: number; readonly patch: number },
): Promise<CompiledFunction> {
  const network = createStTrans({ kind: 'st-trans', numFrames, numJoints, channels, numClasses, ...sizes });
  return engine.compile(
    (tensors) => ({
      gradient: tf.grad((x) => tf.sum(logLikelihood(network.forward(tensors, x), tensors.y!)))(tensors.x!),
    }),
    { x: [B, numFrames, frameSize], y: [B, numClasses] },
    { name: 'bench gradient', constants: initialWeights(network.parameters, 1) },
  );
}

/** Feeds of normal values that are the same in every run; B rows where the function takes any number. */
export function normalFeeds(compiled: CompiledFunction, B = 1): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(compiled.inputs).map(([name, shape]) => {
      const values = new Float32Array(shape.reduce<number>((size, axis) => size * (axis === 'B' ? B : axis), 1));
      return [name, keyedRandom('bench', name).fillNormal(values)];
    }),
  );
}
