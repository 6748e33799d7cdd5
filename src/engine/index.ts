export { createCpuEngine } from './cpu.js';
export type { CompiledFunction, CompileOptions, Engine, NamedArray, Shape, Tensors } from './engine.js';
export { createOnnxEngine, type OnnxEngineOptions } from './onnx/onnx-engine.js';
export {
  ENGINE_NAMES,
  type EngineName,
  type EngineProbe,
  probeEngines,
  type SelectEngineOptions,
  selectEngine,
} from './select.js';
export { tf } from './tfjs.js';
export { createWasmEngine, type WasmEngineOptions } from './wasm/wasm-engine.js';
