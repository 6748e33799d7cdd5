import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { Engine } from '../../engine/engine.js';
import type { ImageSpec, ModelManifest } from '../model/manifest.js';
import { fitImageSpec } from '../representation.js';
import { augmentationFor } from './few-clips.js';
import { type Augmentation, createTrainingImages, type TrainingImages } from './training-images.js';

/** What is learnt from: clips and what the manifest says of them. */
export interface TrainingSubject {
  readonly clips: readonly Clip[];
  readonly layout: Layout;
  readonly classes: readonly string[];
  readonly dataset: Pick<ModelManifest['dataset'], 'name' | 'split' | 'simulated' | 'digest' | 'clipsPerClass' | 'subsetSeed'>;
}

/** Settings that every network's training shares. */
export interface TrainingSettings {
  readonly engine: Engine;
  /** Default 0. */
  readonly seed?: number | undefined;
  /** Default 64. */
  readonly batchSize?: number | undefined;
  /** Frames of an image. Default 64. */
  readonly numFrames?: number | undefined;
  /** Default: `augmentationFor` these clips. */
  readonly augmentation?: Augmentation | undefined;
}

/** The images of a subject, in the given form or that which is fitted to its clips. */
export function imagesOf(subject: TrainingSubject, numFrames: number, form?: ImageSpec): TrainingImages {
  const spec = form ?? fitImageSpec(subject.clips, subject.layout, numFrames);
  return createTrainingImages(subject.clips, subject.layout, subject.classes.length, spec);
}

/** Every setting with its default for these clips. */
export function withDefaults(settings: TrainingSettings, subject: TrainingSubject) {
  return {
    engine: settings.engine,
    seed: settings.seed ?? 0,
    batchSize: settings.batchSize ?? 64,
    numFrames: settings.numFrames ?? 64,
    augmentation: settings.augmentation ?? augmentationFor(subject),
  };
}

/** Names a training by everything that its steps depend on. */
export function fingerprintOf(subject: TrainingSubject, parts: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ...parts,
    dataset: subject.dataset.name,
    split: subject.dataset.split,
    digest: subject.dataset.digest,
  });
}
