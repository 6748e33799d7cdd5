import { ModelError } from '../../core/errors.js';
import type { CompiledFunction, Engine } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { Model } from '../model/load-model.js';
import { logLikelihood } from '../networks/losses.js';
import { frameSize } from '../representation.js';
import type { Denoise, Guide } from './guidance.js';

/** A model's networks, compiled once for groups of every size B. */
export interface ModelFunctions {
  /** Binds the classes (one-hot [B, K]) and the classifier-free scale (1 is off) into a denoiser. */
  denoise(y: Float32Array, classifierFreeScale: number): Denoise;
  /** Binds the classes into the gradient of ST-Trans. @throws ModelError MODEL_MISSING where the model has none */
  guide(y: Float32Array): Guide;
  close(): Promise<void>;
}

/** D_u + w (D_c - D_u) in one pass over a doubled batch (classifier-free guidance, arXiv 2207.12598). */
async function compileClassifierFree(model: Model, engine: Engine): Promise<CompiledFunction> {
  const { network, weights } = model.denoiser;
  const { image, layout, classes } = model.manifest;
  const F = frameSize(layout, image);
  const K = classes.length;
  return engine.compile(
    (tensors) => {
      const twice = (value: tf.Tensor) => tf.concat([value, value], 0);
      const y = tf.concat([tensors.y!, tf.zerosLike(tensors.y!)], 0);
      const both = network.forward(tensors, { x: twice(tensors.x!), t: twice(tensors.t!), y });
      const [conditional, unconditional] = tf.split(both, 2, 0) as [tf.Tensor, tf.Tensor];
      return { x0Hat: tf.add(unconditional, tf.mul(tf.sub(conditional, unconditional), tensors.scale!)) };
    },
    { x: ['B', image.numFrames, F], t: ['B'], y: ['B', K], scale: [1] },
    { name: 'denoiser with classifier-free guidance', constants: weights },
  );
}

/** Compiles lazily: what no call asks for is never compiled. */
export function createModelFunctions(model: Model, engine: Engine): ModelFunctions {
  const { image, layout, classes } = model.manifest;
  const shapes = { x: ['B', image.numFrames, frameSize(layout, image)], y: ['B', classes.length] } as const;
  const compiled = new Map<string, Promise<CompiledFunction>>();
  const once = (name: string, make: () => Promise<CompiledFunction>): Promise<CompiledFunction> => {
    const found = compiled.get(name) ?? make();
    compiled.set(name, found);
    return found;
  };

  const plainDenoiser = () =>
    engine.compile(
      (tensors) => ({ x0Hat: model.denoiser.network.forward(tensors, { x: tensors.x!, t: tensors.t!, y: tensors.y! }) }),
      { ...shapes, t: ['B'] },
      { name: 'denoiser', constants: model.denoiser.weights },
    );
  const gradient = () => {
    const { stTrans, folder } = model;
    if (!stTrans)
      throw new ModelError(
        'MODEL_MISSING',
        `the model at ${folder} has no ST-Trans to guide with: train it with "skelmix train st-trans --out ${folder}", or set generator.classifierScale to 0`,
      );
    return engine.compile(
      (tensors) => ({
        gradient: tf.grad((x: tf.Tensor) => tf.sum(logLikelihood(stTrans.network.forward(tensors, x), tensors.y!)))(tensors.x!),
      }),
      shapes,
      { name: 'gradient of ST-Trans', constants: stTrans.weights },
    );
  };

  return {
    denoise: (y, classifierFreeScale) => async (x, t) => {
      const feeds = { x, y, t: new Float32Array(y.length / classes.length).fill(t) };
      const outputs =
        classifierFreeScale === 1
          ? await (await once('denoiser', plainDenoiser)).run(feeds)
          : await (await once('classifierFree', () => compileClassifierFree(model, engine))).run({
              ...feeds,
              scale: Float32Array.of(classifierFreeScale),
            });
      return outputs.x0Hat!;
    },
    guide: (y) => async (x0Hat) => (await (await once('gradient', async () => gradient())).run({ x: x0Hat, y })).gradient!,
    async close() {
      for (const pending of compiled.values()) await (await pending).release();
      compiled.clear();
    },
  };
}
