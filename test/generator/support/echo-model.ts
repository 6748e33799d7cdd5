import type { Clip } from '../../../src/core/clip.js';
import type { Layout } from '../../../src/core/layout.js';
import type { Model } from '../../../src/generator/model/load-model.js';
import { sourceImages } from '../../../src/generator/variation/source-images.js';
import type { tf } from './on-cpu.js';

/** A model whose estimate is the noisy image itself: what a sampling starts from stays visible in what it makes. */
export function echoModel(layout: Layout, classes: readonly string[], maxPersons = 1): Model {
  const network = {
    parameters: [],
    forward: (_: unknown, { x }: { x: tf.Tensor }) => x,
  };
  return {
    folder: 'models/echo',
    manifest: {
      name: 'echo',
      version: '01234567',
      dataset: { name: 'stick', split: 'train', simulated: true, digest: 'abc', clips: 16 },
      image: { numFrames: 8, maxPersons, fps: 30, scale: 0.5, deviation: 1 },
      layout,
      classes,
    },
    denoiser: { network, weights: {}, maxScale: 1 },
    early: undefined,
    stTrans: undefined,
  } as unknown as Model;
}

/** The clips as sources of a model that was trained on them. */
export const sourcesOf = (clips: readonly Clip[], { manifest }: Model) => sourceImages(clips, 'abc', manifest);
