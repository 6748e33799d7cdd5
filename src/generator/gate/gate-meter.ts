import type { Engine } from '../../engine/engine.js';
import type { Model } from '../model/load-model.js';
import type { ClipQuality } from './clip-quality.js';
import { createDigester, nearestDigest } from './digest.js';
import { compileLikelihood, DIGESTS } from './gate-network.js';
import { motionQuality } from './image-quality.js';

/** Measures finished images of a model. */
export interface GateMeter {
  /**
   * @param images [B, T, F], as sampled; not changed
   * @param y one-hot classes [B, K]
   */
  measure(images: Float32Array, y: Float32Array, labels: readonly number[]): Promise<ClipQuality[]>;
  close(): Promise<void>;
}

/** The meter of a model's gate, or undefined where it has none. The classifier is compiled when it is first used. */
export function createGateMeter(model: Model, engine: Engine): GateMeter | undefined {
  const { gate, manifest } = model;
  if (!gate) return undefined;
  const { layout, image } = manifest;
  const { architecture, weights } = gate;
  const size = image.numFrames * architecture.numPersons * architecture.numJoints * architecture.channels;
  const digest = createDigester(size);
  const digests = weights[DIGESTS]!.data;
  let compiled: ReturnType<typeof compileLikelihood> | undefined;
  return {
    async measure(images, y, labels) {
      compiled ??= compileLikelihood(engine, architecture, weights);
      const { likelihood } = await (await compiled).run({ x: images, y });
      return labels.map((label, b) => {
        const one = images.subarray(b * size, (b + 1) * size);
        return {
          likelihood: likelihood![b]!,
          ...motionQuality(one, label, layout, image),
          nearest: nearestDigest(digest(one), digests),
        };
      });
    },
    async close() {
      await (await compiled)?.release();
    },
  };
}
