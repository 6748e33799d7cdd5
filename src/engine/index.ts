export { createCpuEngine } from './cpu.js';
export type { CompiledFunction, CompileOptions, Engine, InputShape, NamedArray, Shape, Tensors } from './engine.js';
export { graphCacheFolder } from './onnx/graph-cache.js';
export { createOnnxEngine, type OnnxEngineOptions, type Precision } from './onnx/onnx-engine.js';
export {
  ENGINE_NAMES,
  type EngineName,
  type EngineProbe,
  probeEngines,
  type SelectEngineOptions,
  selectEngine,
} from './select.js';
export { findTensorflow, packageFor, QUIET_ADDON, SETUP_RECORD, type TensorflowDevice } from './tensorflow/installation.js';
export { setupCommand } from './tensorflow/load-backend.js';
export { SHARED_TFJS_MODULE } from './tensorflow/shared-tfjs.js';
export { createTensorflowEngine, type TensorflowEngineOptions } from './tensorflow/tensorflow-engine.js';
export { tensorflowFolder } from './tensorflow/tensorflow-folder.js';
export { tf } from './tfjs.js';
export { createWasmEngine, type WasmEngineOptions } from './wasm/wasm-engine.js';
