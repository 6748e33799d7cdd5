export type { ClipGenerator } from './clip-generator.js';
export { type ClipId, formatClipId, parseClipId } from './clip-id.js';
export { type ClipGeneratorOptions, createClipGenerator } from './create-clip-generator.js';
export type { Moments } from './diffusion/guidance.js';
export type { Guide, GuideGradient, GuideInputs } from './diffusion/guide.js';
export { SAMPLERS, type SamplerName } from './diffusion/samplers/samplers.js';
export type { ClipQuality, GeneratedClip } from './gate/clip-quality.js';
export { createGate, GATE_PATIENCE, type Gate, type GateOptions } from './gate/gate.js';
export { formatManifest } from './model/format-manifest.js';
export { loadModel, type Model } from './model/load-model.js';
export { type ImageSpec, type ModelManifest, readManifest } from './model/manifest.js';
export {
  createExactSource,
  createSyntheticSource,
  type ExactSource,
  type ExactSourceOptions,
  type GeneratedSource,
  type SyntheticSourceOptions,
} from './recent/index.js';
export { clipToImage, imageToKeypoint } from './representation.js';
export { SAMPLING_PRESETS, type SamplingOverrides, type SamplingPreset, samplingOf } from './sampling-presets.js';
export {
  assertSampling,
  defaultSampling,
  parseSettings,
  type SamplingSettings,
  settingsText,
} from './sampling-settings.js';
export { type GeneratorWorker, startGeneratorWorker } from './start-generator-worker.js';
export { hasFewClips } from './training/few-clips.js';
export { fitNoise } from './training/fit-noise.js';
export type { Progress, RunOptions } from './training/run-training.js';
export { saveNetwork, saveNoise } from './training/save-network.js';
export { type DenoiserTraining, trainDenoiser } from './training/train-denoiser.js';
export { type DistilledTraining, trainDistilled } from './training/train-distilled.js';
export { type GateTraining, trainGate } from './training/train-gate.js';
export { type StTransTraining, trainStTrans } from './training/train-st-trans.js';
export type { TrainedNetwork } from './training/trained-network.js';
export type { TrainingSubject } from './training/training-subject.js';
export { SOURCES_PER_CLASS, type SourceImages, type SourcesOf, sourceImages } from './variation/source-images.js';
export type { GeneratorWorkerOptions } from './worker-messages.js';
