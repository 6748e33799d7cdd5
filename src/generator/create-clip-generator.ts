import { ConfigError, ModelError } from '../core/errors.js';
import type { GuidanceScales } from '../core/guidance-scales.js';
import type { Logger } from '../core/logger.js';
import { keyedRandom } from '../core/random.js';
import type { Engine } from '../engine/engine.js';
import { projectBoneLengths } from './bones.js';
import type { ClipGenerator } from './clip-generator.js';
import { formatClipId } from './clip-id.js';
import { createSampling, type Programs, releasePrograms, type Sampling } from './diffusion/create-sampling.js';
import type { Guide } from './diffusion/guide.js';
import type { GeneratedClip } from './gate/clip-quality.js';
import { createGateMeter } from './gate/gate-meter.js';
import type { Model } from './model/load-model.js';
import { frameSize, imageToKeypoint } from './representation.js';
import { assertSampling, type SamplingSettings, settingsText } from './sampling-settings.js';
import { createVariation, hideAbsent, noiseTo, type VariedSource } from './variation/create-variation.js';
import type { SourceImages } from './variation/source-images.js';

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
  /** Clips that the model was trained on; needed in variation mode only. */
  readonly sources?: SourceImages | undefined;
  /** Say of each clip what the model's gate, where it has one, sees of it. Default false. */
  readonly measure?: boolean;
  /** Told which classes have no clip to vary. Default: silent. */
  readonly logger?: Logger | undefined;
}

/** One clip to make. */
interface Place {
  readonly index: number;
  readonly label: number;
  /** What it starts from instead of noise. */
  readonly source: VariedSource | undefined;
}

/** How clips are sampled under some scales. */
interface Ways {
  readonly settings: SamplingSettings;
  /** The settings of clips that start from noise. */
  readonly plain: SamplingSettings;
  readonly sampling: Sampling;
  /** For clips that have nothing to vary where others have. */
  readonly fromNoise: Sampling;
}

/** One-hot rows [B, K]. */
function oneHot(labels: readonly number[], K: number): Float32Array {
  const y = new Float32Array(labels.length * K);
  for (const [b, label] of labels.entries()) y[b * K + label] = 1;
  return y;
}

/** Images one after the other, [B, T, F]. */
function joined(images: readonly Float32Array[]): Float32Array {
  const size = images[0]?.length ?? 0;
  const all = new Float32Array(images.length * size);
  for (const [b, image] of images.entries()) all.set(image, b * size);
  return all;
}

/**
 * A generator that runs in this thread. It does not close the engine.
 *
 * @throws ConfigError CONFIG_INVALID (sampling settings; variation without sources), ModelError MODEL_MISSING (guidance wanted, no
 * ST-Trans), MODEL_MISMATCH (sources that the model was not trained on)
 */
export function createClipGenerator({
  model,
  engine,
  seed,
  settings,
  groupSize = 16,
  guide,
  sources,
  measure = false,
  logger,
}: ClipGeneratorOptions): ClipGenerator {
  assertSampling(settings);
  const { manifest } = model;
  const { image, layout, classes } = manifest;
  const variation = createVariation({ sources, manifest, settings, seed, logger });
  // Other scales need no other graphs, but where a kind of guidance begins or ends.
  const programs: Programs = new Map();
  const waysOf = (used: SamplingSettings): Ways => {
    const plain: SamplingSettings = { ...used, variation: 0, augmentSource: false };
    const sampling = createSampling({ model, engine, settings: variation ? used : plain, guide, programs });
    const fromNoise = variation?.hasGaps ? createSampling({ model, engine, settings: plain, guide, programs }) : sampling;
    return { settings: used, plain, sampling, fromNoise };
  };
  const usual = waysOf(settings);
  let last = usual;
  const guidedBy = ({ classifierFree, classifier }: GuidanceScales): Ways => {
    for (const known of [usual, last])
      if (known.settings.classifierFreeScale === classifierFree && known.settings.classifierScale === classifier) return known;
    const used = { ...settings, classifierFreeScale: classifierFree, classifierScale: classifier };
    assertSampling(used);
    last = waysOf(used);
    return last;
  };
  const meter = measure ? createGateMeter(model, engine) : undefined;
  const size = image.numFrames * frameSize(layout, image);
  const modelName = `${manifest.name}@${manifest.version}`;
  const textOf = (used: SamplingSettings): string => (guide ? `${settingsText(used)}_${guide.name}` : settingsText(used));

  /** Keyed by itself: a clip with and without noise is the same motion. */
  const addSensorNoise = (images: Float32Array, { index, label }: Place): void => {
    if (!image.noise || settings.sensorNoise === 0) return;
    const deviations = image.noise;
    const random = keyedRandom(seed, 'sensor noise', index, label);
    for (let i = 0; i < size; i++) images[i]! += settings.sensorNoise * deviations[i % deviations.length]! * random.normal();
  };

  /** Keyed by itself, so that the noise of a clip does not depend on whether scales are spread. */
  const scalesOf = (used: SamplingSettings, places: readonly Place[]): Float32Array | undefined => {
    const { classifierFreeScale, autoguidanceScale, classifierFreeSpread: spread } = used;
    if (spread === 0) return undefined;
    const scale = autoguidanceScale === 1 ? classifierFreeScale : autoguidanceScale;
    return Float32Array.from(places, ({ index, label }) => {
      const u = 2 * keyedRandom(seed, 'guidance scale', index, label).uniform() - 1;
      return 1 + (scale - 1) * (1 + spread * u);
    });
  };

  /** Images of clips that all start from a source, or all from noise. */
  const samplePlaces = async (
    from: Sampling,
    used: SamplingSettings,
    places: readonly Place[],
    signal?: AbortSignal,
  ): Promise<Float32Array[]> => {
    const B = places.length;
    if (B === 0) return [];
    const streams = places.map(({ index, label }) => keyedRandom(seed, 'clip', index, label));
    // Image after image, and within one step after step: a clip's noise does not depend on its group.
    const noise = (count = 1): Float32Array => {
      const out = new Float32Array(B * count * size);
      for (const [b, stream] of streams.entries()) stream.fillNormal(out.subarray(b * count * size, (b + 1) * count * size));
      return out;
    };
    const x = noise();
    const part = (images: Float32Array, b: number): Float32Array => images.subarray(b * size, (b + 1) * size);
    for (const [b, { source }] of places.entries()) if (source) noiseTo(settings.variation, source.image, part(x, b));
    const y = oneHot(
      places.map(({ label }) => label),
      classes.length,
    );
    const images = await from.sample({ x, y, noise, scale: scalesOf(used, places), signal });
    return places.map((place, b) => {
      const made = part(images, b);
      addSensorNoise(made, place);
      if (place.source) hideAbsent(made, place.source.image, layout.joints.length * layout.channels);
      return made;
    });
  };

  const toClip = (ways: Ways, { index, label, source }: Place, made: Float32Array): GeneratedClip => {
    // What had nothing to vary is the very clip that is made without variation, and its id says so.
    const text = textOf(source ? ways.settings : ways.plain);
    const id = formatClipId({ model: modelName, settings: text, seed, index, label });
    const { keypoint, shape } = imageToKeypoint(made, layout, image);
    if (settings.projectBones) projectBoneLengths(keypoint, shape, layout);
    const bad = keypoint.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new ModelError(
        'SAMPLE_NOT_FINITE',
        `clip ${id} (class ${classes[label]}) holds ${keypoint[bad]} at value ${bad}; lower the guidance scales`,
      );
    const how = { model: modelName, seed, index, settings: text, ...(source ? { source: source.id } : {}) };
    return { id, keypoint, shape, label, layout: layout.name, fps: image.fps, provenance: { kind: 'generated', ...how } };
  };

  const generateGroup = async (
    ways: Ways,
    labels: readonly number[],
    indices: readonly number[],
    signal?: AbortSignal,
  ): Promise<GeneratedClip[]> => {
    const places = labels.map((label, b): Place => {
      const index = indices[b]!;
      return { index, label, source: variation?.sourceOf(index, label) };
    });
    const varied = places.filter(({ source }) => source);
    const others = places.filter(({ source }) => !source);
    const [ofSource, ofNoise] = [
      await samplePlaces(ways.sampling, ways.settings, varied, signal),
      // Only where there is variation and a class without a source are there two ways to sample.
      await samplePlaces(ways.fromNoise, ways.settings, others, signal),
    ];
    const images = new Map<Place, Float32Array>([
      ...varied.map((place, n) => [place, ofSource[n]!] as const),
      ...others.map((place, n) => [place, ofNoise[n]!] as const),
    ]);
    const qualities = await meter?.measure(
      joined(places.map((place) => images.get(place)!)),
      oneHot(labels, classes.length),
      labels,
    );
    return places.map((place, b) => ({
      ...toClip(ways, place, images.get(place)!),
      ...(qualities ? { quality: qualities[b]! } : {}),
    }));
  };

  return {
    manifest,
    groupSize,
    async generate(labels, firstIndex, signal, scales) {
      const ways = scales ? guidedBy(scales) : usual;
      for (const label of labels)
        if (!Number.isInteger(label) || label < 0 || label >= classes.length)
          throw new ConfigError(
            'CONFIG_INVALID',
            `class ${label} is not one of the ${classes.length} classes (0 to ${classes.length - 1}) of model ${modelName}`,
          );
      const indices = typeof firstIndex === 'number' ? labels.map((_, i) => firstIndex + i) : firstIndex;
      if (indices.length !== labels.length)
        throw new ConfigError('CONFIG_INVALID', `${labels.length} clips were asked for by ${indices.length} indices`);
      const clips: GeneratedClip[] = [];
      for (let first = 0; first < labels.length; first += groupSize)
        clips.push(
          ...(await generateGroup(ways, labels.slice(first, first + groupSize), indices.slice(first, first + groupSize), signal)),
        );
      return clips;
    },
    async close() {
      await releasePrograms(programs);
      await meter?.close();
    },
  };
}
