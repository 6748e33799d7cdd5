/** Everything that a program may use of skelmix; sorted, and held by test/index.test.ts. */
export {
  type Config,
  type ConfigInput,
  ConfigSchema,
  configJsonSchema,
  parseConfig,
  readConfigFile,
  resolveConfig,
} from './config/index.js';
export type { Batch, BatchShape } from './core/batch.js';
export type { Clip, ClipShape, Provenance } from './core/clip.js';
export {
  ConfigError,
  DataError,
  ERROR_CODES,
  type ErrorCode,
  InternalError,
  ModelError,
  SkelmixError,
  TransportError,
} from './core/errors.js';
export { type Layout, parseLayout } from './core/layout.js';
export { type Logger, silentLogger } from './core/logger.js';
export { ORIGIN_CODES, type Origin, type Sample, type SampleShape } from './core/sample.js';
export type {
  BatchSource,
  Change,
  LiveKey,
  LiveSettings,
  RealSource,
  Stall,
  StallCode,
  Stats,
  StreamInfo,
  SyntheticSource,
} from './core/source.js';
export { type CompiledFunction, type Engine, type EngineProbe, probeEngines, selectEngine } from './engine/index.js';
export {
  boneVariationOf,
  createEvaluator,
  type Estimate,
  type Evaluation,
  type EvaluationOptions,
  type EvaluationRow,
  type Evaluator,
  type EvaluatorTraining,
  evaluateModel,
  findUpwards,
  footSpeedOf,
  frechetDistance,
  type Judge,
  type Judgement,
  jitterOf,
  loadEvaluator,
  meanPairDistance,
  namedSampling,
  nearestDistance,
  recognizerAccuracy,
  renderReport,
  type StoredEvaluator,
  saveEvaluator,
  trainEvaluator,
} from './evaluation/index.js';
export {
  type ClipGenerator,
  type ClipGeneratorOptions,
  type ClipId,
  createClipGenerator,
  createSyntheticSource,
  type DenoiserTraining,
  loadModel,
  type Model,
  type ModelManifest,
  type Progress,
  parseClipId,
  type SamplingSettings,
  type StTransTraining,
  saveNetwork,
  startGeneratorWorker,
  type TrainedNetwork,
  type TrainingSubject,
  trainDenoiser,
  trainStTrans,
} from './generator/index.js';
export {
  type CheckOptions,
  type CheckReport,
  checkDataset,
  createProfile,
  createRealSource,
  type Dataset,
  type DatasetDescription,
  type DatasetItem,
  loadLayout,
  type OpenOptions,
  openDataset,
  type Profile,
} from './loader/index.js';
export { createMixer, type Mixer, type MixerOptions } from './mixers/index.js';
export {
  createLoader,
  createService,
  type Loader,
  type LoaderOptions,
  type Service,
  type ServiceOptions,
} from './service/index.js';
export {
  type ConnectOptions,
  type Control,
  connect,
  connectControl,
  createServer,
  type EpochEnd,
  type RemoteStream,
  type ServerOptions,
  type StreamServer,
} from './transport/index.js';
