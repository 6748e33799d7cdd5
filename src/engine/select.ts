import { ConfigError, ModelError, messageOf, SkelmixError } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/logger.js';
import { createCpuEngine } from './cpu.js';
import type { Engine } from './engine.js';
import { hasGraphicsDevice } from './onnx/has-graphics-device.js';
import { createOnnxEngine, noFloat16, onnxruntimeVersion, type Precision } from './onnx/onnx-engine.js';
import { findWebgpuDevice } from './onnx/webgpu-device.js';
import { findTensorflow } from './tensorflow/installation.js';
import { createTensorflowEngine, tensorflowVersion } from './tensorflow/tensorflow-engine.js';
import { tf } from './tfjs.js';
import { wasmVersion } from './wasm/wasm-backend.js';
import { createWasmEngine } from './wasm/wasm-engine.js';

/** The engines there are, the fastest first: the order in which `auto` tries them. */
export const ENGINE_NAMES = ['tensorflow-gpu', 'onnx-webgpu', 'onnx', 'tensorflow', 'wasm', 'cpu'] as const;

/** Name of an engine, as in configuration. */
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Which engine to create, and how. */
export interface SelectEngineOptions {
  /**
export const ENGINE_NAMES = ['tensorflow-gpu', 'onnx-webgpu', 'onnx', 'tensorflow', 'wasm', 'cpu'] as const;
   */
  readonly name?: EngineName | 'auto';
  /** Threads inside one operation, for engines that have them; default: as many as the machine gives this process. */
  readonly threads?: number;
  /** Folder where `onnx` keeps optimized graphs for later processes; default: none. */
  readonly cacheFolder?: string | undefined;
  /** Of weights and arithmetic; only engines on a GPU that run graphs have `float16`. Default: `float32`. */
  readonly precision?: Precision | undefined;
  readonly logger?: Logger;
}

interface EngineKind {
  readonly create: (options: SelectEngineOptions) => Promise<Engine>;
  /** The version of the library that computes. */
  readonly version: () => Promise<string>;
  /** Why `auto` has no use for it on this machine, if so. */
  readonly passOver?: () => Promise<string | undefined>;
}

const notInstalled = (device: 'cpu' | 'gpu') => async (): Promise<string | undefined> =>
  findTensorflow(device) === undefined ? 'it is not installed (skelmix setup tensorflow)' : undefined;

const KINDS: Readonly<Record<EngineName, EngineKind>> = {
  'tensorflow-gpu': {
    create: () => createTensorflowEngine({ device: 'gpu' }),
    version: () => tensorflowVersion('gpu'),
    passOver: notInstalled('gpu'),
  },
  'onnx-webgpu': {
    create: (options) => createOnnxEngine({ ...options, provider: 'webgpu' }),
    version: onnxruntimeVersion,
    passOver: slowOrNoDevice,
  },
  onnx: { create: createOnnxEngine, version: onnxruntimeVersion },
  tensorflow: {
    create: () => createTensorflowEngine({ device: 'cpu' }),
    version: () => tensorflowVersion('cpu'),
    passOver: notInstalled('cpu'),
  },
  wasm: { create: () => createWasmEngine(), version: wasmVersion },
  cpu: { create: createCpuEngine, version: async () => tf.version_core },
};

/** A device in software works, but the processor does the same without it, faster. */
async function slowOrNoDevice(): Promise<string | undefined> {
  if (!(await hasGraphicsDevice())) return 'this machine has no graphics processor';
  const device = await findWebgpuDevice();
  if (!device.usable) return device.reason;
  const { deviceMs, processorMs } = device;
  if (deviceMs < processorMs) return undefined;
  return `the device takes ${deviceMs.toFixed(1)} ms for what the processor does in ${processorMs.toFixed(1)} ms`;
}

/** What a try of one engine on this machine gave. */
export interface EngineProbe {
  readonly name: EngineName;
  readonly usable: boolean;
  /** Why it is not usable and what to do; absent where it is. */
  readonly reason?: string;
  /** Version of the library that computes; absent where the library can't be loaded. */
  readonly version?: string;
  /** Milliseconds that loading and proving took. */
  readonly probeMs: number;
}

/** Tries every engine by running a small function, one after the other, the fastest kind first. Never throws. */
export async function probeEngines(): Promise<EngineProbe[]> {
  const probes: EngineProbe[] = [];
  for (const name of ENGINE_NAMES) {
    const startedAt = performance.now();
    const found = await probeEngine(name);
    probes.push({ name, ...found, probeMs: performance.now() - startedAt });
  }
  return probes;
}

async function probeEngine(name: EngineName): Promise<Pick<EngineProbe, 'usable' | 'reason' | 'version'>> {
  let version: { version?: string } = {};
  try {
    version = { version: await KINDS[name].version() };
    const engine = await proven(name, { threads: 1 });
    await engine.close();
    return { usable: true, ...version };
  } catch (error) {
    return { usable: false, reason: messageOf(error), ...version };
  }
}

/**
 * Creates an engine and proves that it computes, by running a small function.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown name
 * @throws ModelError BACKEND_UNAVAILABLE, with the reason and what to do, where the engine (for `auto`: every engine) fails
 */
export async function selectEngine(options: SelectEngineOptions = {}): Promise<Engine> {
  const { name = 'onnx', logger = silentLogger } = options;
  if (name !== 'auto') return proven(name, options);
  const reasons: string[] = [];
  for (const candidate of ENGINE_NAMES) {
    const passedOver = await KINDS[candidate].passOver?.();
    if (passedOver !== undefined) {
      logger.debug('a tensor engine is passed over', { engine: candidate, reason: passedOver });
      continue;
    }
    try {
      return await proven(candidate, options);
    } catch (error) {
      reasons.push(`${candidate}: ${messageOf(error)}`);
      logger.warn('a tensor engine does not work here; trying the next one, which is slower', {
        engine: candidate,
        reason: messageOf(error),
      });
    }
  }
  throw new ModelError('BACKEND_UNAVAILABLE', `no tensor engine works here: ${reasons.join('; ')}`, { details: { reasons } });
}

async function proven(name: EngineName, options: SelectEngineOptions): Promise<Engine> {
  if (!ENGINE_NAMES.includes(name)) {
    throw new ConfigError('CONFIG_INVALID', `there is no tensor engine '${name}'; expected ${ENGINE_NAMES.join(', ')} or auto`);
  }
  if (options.precision === 'float16' && !name.startsWith('onnx-')) throw noFloat16(name);
  const engine = await KINDS[name].create(options);
  try {
    await prove(engine);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Multiplies two matrices and compares, so that a library which loads but can't compute is found out. */
async function prove(engine: Engine): Promise<void> {
  const got = await product(engine);
  if (got[0] === 19 && got[1] === 22 && got[2] === 43 && got[3] === 50) return;
  throw new ModelError(
    'BACKEND_UNAVAILABLE',
    `the engine ${engine.name} multiplied two matrices into [${got}], not [19,22,43,50]`,
    {
      details: { engine: engine.name, got },
    },
  );
}

async function product(engine: Engine): Promise<number[]> {
  try {
    const probe = await engine.compile(({ a, b }) => ({ c: tf.matMul(a!, b!) }), { a: [2, 2], b: [2, 2] }, { name: 'probe' });
    const { c } = await probe.run({ a: Float32Array.of(1, 2, 3, 4), b: Float32Array.of(5, 6, 7, 8) });
    await probe.release();
    return [...c!];
  } catch (error) {
    if (error instanceof SkelmixError && error.code === 'BACKEND_UNAVAILABLE') throw error;
    throw new ModelError('BACKEND_UNAVAILABLE', `the engine ${engine.name} loaded but can't run: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
