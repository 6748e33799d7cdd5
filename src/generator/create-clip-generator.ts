import type { Clip } from '../core/clip.js';
import { ConfigError, ModelError } from '../core/errors.js';
import { keyedRandom } from '../core/random.js';
import type { Engine } from '../engine/engine.js';
import { projectBoneLengths } from './bones.js';
import type { ClipGenerator } from './clip-generator.js';
import { formatClipId } from './clip-id.js';
import { withClassifierGuidance } from './diffusion/guidance.js';
import { createModelFunctions } from './diffusion/model-functions.js';
import { SAMPLERS } from './diffusion/samplers/samplers.js';
import { cosineSchedule } from './diffusion/schedule.js';
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
export function createClipGenerator({ model, engine, seed, settings, groupSize = 16 }: ClipGeneratorOptions): ClipGenerator {
  assertSampling(settings);
  const { manifest } = model;
  const { image, layout, classes } = manifest;
  if (settings.classifierScale !== 0 && !model.stTrans)
    throw new ModelError(
      'MODEL_MISSING',
      `the model at ${model.folder} has no ST-Trans to guide with: train it with "skelmix train st-trans --out ${model.folder}", or set generator.classifierScale to 0`,
    );
  const functions = createModelFunctions(model, engine);
  const sampler = SAMPLERS[settings.sampler];
  const size = image.numFrames * frameSize(layout, image);
  const modelName = `${manifest.name}@${manifest.version}`;
  const text = settingsText(settings);

  const generateGroup = async (labels: readonly number[], firstIndex: number, signal?: AbortSignal): Promise<Clip[]> => {
    const B = labels.length;
    const streams = labels.map((label, b) => keyedRandom(seed, 'clip', firstIndex + b, label));
    const noise = (): Float32Array => {
      const out = new Float32Array(B * size);
      for (const [b, stream] of streams.entries()) stream.fillNormal(out.subarray(b * size, (b + 1) * size));
      return out;
    };
    const y = oneHot(labels, classes.length);
    const denoise = withClassifierGuidance(
      functions.denoise(y, settings.classifierFreeScale),
      functions.guide(y),
      cosineSchedule,
      B,
      {
        classifierScale: settings.classifierScale,
        interval: settings.interval,
        deviation: image.deviation,
      },
    );
    const images = await sampler(denoise, noise(), { schedule: cosineSchedule, steps: settings.steps, noise, signal });
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
      const clips: Clip[] = [];
      for (let first = 0; first < labels.length; first += groupSize)
        clips.push(...(await generateGroup(labels.slice(first, first + groupSize), firstIndex + first, signal)));
      return clips;
    },
    close: () => functions.close(),
  };
}
