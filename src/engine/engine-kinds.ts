import type { Logger } from '../core/logger.js';
import { createCpuEngine } from './cpu.js';
import type { Engine } from './engine.js';
import type { EngineName } from './engine-names.js';
import { findCuda } from './onnx/cuda/installation.js';
import { findDevice } from './onnx/device.js';
import { hasGraphicsDevice, hasNvidiaDriver } from './onnx/has-graphics-device.js';
import { onnxruntimeVersion } from './onnx/load-runtime.js';
import { createOnnxEngine, type Precision } from './onnx/onnx-engine.js';
import { findTensorflow } from './tensorflow/installation.js';
import { createTensorflowEngine, tensorflowVersion } from './tensorflow/tensorflow-engine.js';
import { tf } from './tfjs.js';
import { wasmVersion } from './wasm/wasm-backend.js';
import { createWasmEngine } from './wasm/wasm-engine.js';

/** What every kind of engine may be told. */
export interface KindOptions {
  readonly threads?: number;
  /** See `OnnxEngineOptions`; other engines keep no graphs. */
  readonly cacheFolder?: string | undefined;
  /** Default: `float32`. */
  readonly precision?: Precision | undefined;
  readonly logger?: Logger;
}

/** One kind of engine. */
export interface EngineKind {
  /** @throws ModelError BACKEND_UNAVAILABLE, with the reason and what to do */
  readonly create: (options: KindOptions) => Promise<Engine>;
  /** The version of the library that computes. @throws ModelError BACKEND_UNAVAILABLE where it can't be loaded */
  readonly version: () => Promise<string>;
  /** Why nothing would come of it here, known without loading a library; undefined where it is worth a try. */
  readonly absent?: () => Promise<string | undefined>;
  /** Why `auto` has no use for it though it may work; undefined where it has. */
  readonly pointless?: () => Promise<string | undefined>;
}

/** How each engine is made. */
export const ENGINE_KINDS: Readonly<Record<EngineName, EngineKind>> = {
  'onnx-cuda': {
    create: (options) => createOnnxEngine({ ...options, provider: 'cuda' }),
    version: onnxruntimeVersion,
    absent: async () => {
      if (findCuda() === undefined) return 'it is not set up; `skelmix setup cuda` does it (it is optional)';
      return (await hasNvidiaDriver()) ? undefined : 'there is no NVIDIA GPU, or no driver for it';
    },
  },
  'tensorflow-gpu': {
    create: () => createTensorflowEngine({ device: 'gpu' }),
    version: () => tensorflowVersion('gpu'),
    absent: async () =>
      findTensorflow('gpu') === undefined ? 'it is not installed; `skelmix setup tensorflow --gpu` installs it' : undefined,
  },
  'onnx-webgpu': {
    create: (options) => createOnnxEngine({ ...options, provider: 'webgpu' }),
    version: onnxruntimeVersion,
    pointless: slowOrNoDevice,
  },
  'onnx-cpu': { create: (options) => createOnnxEngine(options), version: onnxruntimeVersion },
  'tensorflow-cpu': {
    create: () => createTensorflowEngine({ device: 'cpu' }),
    version: () => tensorflowVersion('cpu'),
    absent: async () =>
      findTensorflow('cpu') === undefined ? 'it is not installed; `skelmix setup tensorflow` installs it' : undefined,
  },
  wasm: { create: () => createWasmEngine(), version: wasmVersion },
  cpu: { create: createCpuEngine, version: async () => tf.version_core },
};

/** Why `auto` passes an engine over, or undefined where it is worth a try. */
export async function reasonToPassOver(name: EngineName): Promise<string | undefined> {
  const { absent, pointless } = ENGINE_KINDS[name];
  return (await absent?.()) ?? (await pointless?.());
}

/** A device in software works, but the processor does the same without it, faster. */
async function slowOrNoDevice(): Promise<string | undefined> {
  if (!(await hasGraphicsDevice())) return 'this machine has no graphics processor';
  const device = await findDevice('webgpu');
  if (!device.usable) return device.reason;
  const { deviceMs, processorMs } = device;
  if (deviceMs < processorMs) return undefined;
  return `the device takes ${deviceMs.toFixed(1)} ms for what the processor does in ${processorMs.toFixed(1)} ms`;
}
