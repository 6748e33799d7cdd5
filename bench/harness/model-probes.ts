import type { CompiledFunction, Engine } from '../../src/engine/index.js';
import { createEstimate } from '../../src/generator/diffusion/estimate.js';
import { stTransGuide } from '../../src/generator/diffusion/guide.js';
import type { Model } from '../../src/generator/index.js';
import { frameSize } from '../../src/generator/representation.js';

/** One estimate of a model by itself: x [B, T, F], y [B, K], t [1], scale [B] to x0Hat [B, T, F]. */
export function compileEstimate(model: Model, engine: Engine, B: number, classifierFreeScale: number): Promise<CompiledFunction> {
  const { image, layout, classes } = model.manifest;
  const estimate = createEstimate(model, { classifierFreeScale, classifierFreeSpread: 0, autoguidanceScale: 1 });
  return engine.compile(
    (tensors) => ({
      x0Hat: estimate.x0Hat(tensors, { x: tensors.x!, y: tensors.y!, t: tensors.t!, scale: tensors.scale! }),
    }),
    { x: [B, image.numFrames, frameSize(layout, image)], y: [B, classes.length], t: [1], scale: [B] },
    { name: 'estimate', constants: estimate.weights },
  );
}

/** The gradient of ST-Trans by itself: x [B, T, F], y [B, K] to gradient [B, T, F]. */
export function compileGradient(model: Model, engine: Engine, B: number): Promise<CompiledFunction> {
  const { image, layout, classes } = model.manifest;
  const guide = stTransGuide(model, 'log-likelihood');
  return engine.compile(
    (tensors) => ({ gradient: guide.gradient(tensors, { x0Hat: tensors.x!, y: tensors.y!, t: tensors.y! }) }),
    { x: [B, image.numFrames, frameSize(layout, image)], y: [B, classes.length] },
    { name: 'gradient of ST-Trans', constants: guide.weights },
  );
}
