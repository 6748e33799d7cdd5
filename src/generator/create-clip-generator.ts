import { ConfigError, ModelError } from '../core/errors.js';
import { keyedRandom } from '../core/random.js';
import type { Engine } from '../engine/engine.js';
import { projectBoneLengths } from './bones.js';
import type { ClipGenerator } from './clip-generator.js';
import { formatClipId } from './clip-id.js';
import { createSampling } from './diffusion/create-sampling.js';
import type { Guide } from './diffusion/guide.js';
import type { GeneratedClip } from './gate/clip-quality.js';
import { createGateMeter } from './gate/gate-meter.js';
import type { Model } from './model/load-model.js';
import { frameSize, imageToKeypoint } from './representation.js';
import { assertSampling, type SamplingSettings, settingsText } from './sampling-settings.js';

/** A model, where it runs, and how its clips are sampled. */
export interface ClipGeneratorOptions {
  readonly model: Model;
  readonly engine: Engine;
  readonly seed: number;
  readonly settings: SamplingSettings;
  /** Most clips made at once. Default 16. */
  readonly groupSize?: number;
  /** What steers instead of the model's ST-Trans; its name becomes a part of the clips' ids. */
  readonly guide?: Guide;
  /** Say of each clip what the model's gate, where it has one, sees of it. Default false. */
  readonly measure?: boolean;
}

/** One-hot rows [B, K]. */
function oneHot(labels: readonly number[], K: number): Float32Array {
  const y = new Float32Array(labels.length * K);
  for (const [b, label] of labels.entries()) y[b * K + label] = 1;
  return y;
}

/**
 * A generator that runs in this thread. It does not close the engine.
 *
 * @throws ConfigError CONFIG_INVALID (sampling settings), ModelError MODEL_MISSING (guidance wanted, no ST-Trans)
 */
export function createClipGenerator({
  model,
  engine,
  seed,
  settings,
  groupSize = 16,
  guide,
  measure = false,
}: ClipGeneratorOptions): ClipGenerator {
  assertSampling(settings);
  const { manifest } = model;
  const { image, layout, classes } = manifest;
  const sampling = createSampling({ model, engine, settings, guide });
  const meter = measure ? createGateMeter(model, engine) : undefined;
  const size = image.numFrames * frameSize(layout, image);
  const modelName = `${manifest.name}@${manifest.version}`;
  const text = guide ? `${settingsText(settings)}_${guide.name}` : settingsText(settings);

  /** Keyed by itself: a clip with and without noise is the same motion. */
  const addSensorNoise = (images: Float32Array, labels: readonly number[], firstIndex: number): void => {
    if (!image.noise || settings.sensorNoise === 0) return;
    const deviations = image.noise;
    for (const [b, label] of labels.entries()) {
      const random = keyedRandom(seed, 'sensor noise', firstIndex + b, label);
      for (let i = b * size; i < (b + 1) * size; i++)
        images[i]! += settings.sensorNoise * deviations[i % deviations.length]! * random.normal();
    }
  };

  const generateGroup = async (labels: readonly number[], firstIndex: number, signal?: AbortSignal): Promise<GeneratedClip[]> => {
    const B = labels.length;
    const streams = labels.map((label, b) => keyedRandom(seed, 'clip', firstIndex + b, label));
    // Image after image, and within one step after step: a clip's noise does not depend on its group.
    const noise = (count = 1): Float32Array => {
      const out = new Float32Array(B * count * size);
      for (const [b, stream] of streams.entries()) stream.fillNormal(out.subarray(b * count * size, (b + 1) * count * size));
      return out;
    };
    const y = oneHot(labels, classes.length);
    const images = await sampling.sample({ x: noise(), y, noise, signal });
    addSensorNoise(images, labels, firstIndex);
    const qualities = await meter?.measure(images, y, labels);
    return labels.map((label, b) => {
      const index = firstIndex + b;
      const id = formatClipId({ model: modelName, settings: text, seed, index, label });
      const { keypoint, shape } = imageToKeypoint(images.subarray(b * size, (b + 1) * size), layout, image);
      if (settings.projectBones) projectBoneLengths(keypoint, shape, layout);
      const bad = keypoint.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0)
        throw new ModelError(
          'SAMPLE_NOT_FINITE',
          `clip ${id} (class ${classes[label]}) holds ${keypoint[bad]} at value ${bad}; lower the guidance scales`,
        );
      return {
        id,
        keypoint,
        shape,
        label,
        layout: layout.name,
        fps: image.fps,
        provenance: { kind: 'generated', model: modelName, seed, index, settings: text },
        ...(qualities ? { quality: qualities[b]! } : {}),
      };
    });
  };

  return {
    manifest,
    groupSize,
    async generate(labels, firstIndex, signal) {
      for (const label of labels)
        if (!Number.isInteger(label) || label < 0 || label >= classes.length)
          throw new ConfigError(
            'CONFIG_INVALID',
            `class ${label} is not one of the ${classes.length} classes (0 to ${classes.length - 1}) of model ${modelName}`,
          );
      const clips: GeneratedClip[] = [];
      for (let first = 0; first < labels.length; first += groupSize)
        clips.push(...(await generateGroup(labels.slice(first, first + groupSize), firstIndex + first, signal)));
      return clips;
    },
    async close() {
      await meter?.close();
      await sampling.close();
    },
  };
}
