export { createCpuEngine } from './cpu.js';
export type { CompiledFunction, CompileOptions, Engine, InputShape, NamedArray, Shape, Tensors } from './engine.js';
export {
  candidatesOf,
  ENGINE_ALIASES,
  ENGINE_CHOICES,
  ENGINE_NAMES,
  type EngineChoice,
  type EngineName,
} from './engine-names.js';
export { type FallBack, withFallBack } from './fall-back.js';
export type { EngineSpeed } from './measure-speed.js';
export { cudaFolder, cudaLayout, findCuda, runtimePackages } from './onnx/cuda/installation.js';
export { graphCacheFolder } from './onnx/graph-cache.js';
export { createOnnxEngine, type OnnxEngineOptions, type Precision } from './onnx/onnx-engine.js';
export type { EngineProbe } from './probe-engine.js';
export { type ProbeOptions, probeEngines } from './probe-engines.js';
export { type SelectEngineOptions, selectEngine } from './select.js';
export { findTensorflow, packageFor, QUIET_ADDON, SETUP_RECORD, type TensorflowDevice } from './tensorflow/installation.js';
export { setupCommand } from './tensorflow/load-backend.js';
export { SHARED_TFJS_MODULE } from './tensorflow/shared-tfjs.js';
export { createTensorflowEngine, type TensorflowEngineOptions } from './tensorflow/tensorflow-engine.js';
export { tensorflowFolder } from './tensorflow/tensorflow-folder.js';
export { tf } from './tfjs.js';
export { createWasmEngine, type WasmEngineOptions } from './wasm/wasm-engine.js';
