import { describe } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine } from '../../src/engine/engine.js';
import { findCuda } from '../../src/engine/onnx/cuda/installation.js';
import { findDevice } from '../../src/engine/onnx/device.js';
import { hasNvidiaDriver } from '../../src/engine/onnx/has-graphics-device.js';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { findTensorflow } from '../../src/engine/tensorflow/installation.js';
import { createTensorflowEngine } from '../../src/engine/tensorflow/tensorflow-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { TOLERANCES, type Tolerance } from './tolerances.js';

type Named = Omit<EngineUnderTest, 'tolerance' | 'tolerances'>;

const withTolerances = (engine: Named & { readonly name: keyof typeof TOLERANCES }): EngineUnderTest => ({
  ...engine,
  tolerance: TOLERANCES[engine.name].once,
  tolerances: TOLERANCES[engine.name],
});

/** An engine to test. */
export interface EngineUnderTest {
  readonly name: string;
  readonly isPresent: boolean;
  readonly create: () => Promise<Engine>;
  /** What it needs that may be missing. */
  readonly needs?: string;
  /** `once` of `tolerances`. */
  readonly tolerance: number;
  readonly tolerances: Tolerance;
  /** Cases of op-cases.ts that may differ more. */
  readonly looser?: Readonly<Record<string, number>>;
  /** Cases of op-cases.ts that it can't do. */
  readonly without?: readonly string[];
}

const device = await findDevice('webgpu');
const hasCuda = findCuda() !== undefined && (await hasNvidiaDriver());
const setUp = '`skelmix setup tensorflow`';

/**
 * Every engine that is compared with cpu. WGSL asks of sine and cosine an error of 2^-11 at most, and lets a device assume that
 * there is no NaN (sections "Accuracy of built-in functions" and "Differences from IEEE-754" of the specification).
 */
export const COMPARED_ENGINES: readonly EngineUnderTest[] = (
  [
    { name: 'onnx-cpu', isPresent: true, create: () => createOnnxEngine({ threads: 1 }) },
    {
      name: 'onnx-cuda',
      isPresent: hasCuda,
      create: () => createOnnxEngine({ provider: 'cuda' }),
      needs: '`skelmix setup cuda` and a GPU',
    },
    {
      name: 'onnx-webgpu',
      isPresent: device.usable,
      create: () => createOnnxEngine({ provider: 'webgpu' }),
      needs: 'a WebGPU device',
      looser: { sin: 1e-3, cos: 1e-3, tan: 1e-3 },
      without: ['is nan'],
    },
    {
      name: 'tensorflow-cpu',
      isPresent: findTensorflow('cpu') !== undefined,
      create: () => createTensorflowEngine({ device: 'cpu' }),
      needs: setUp,
    },
    {
      name: 'tensorflow-gpu',
      isPresent: findTensorflow('gpu') !== undefined,
      create: () => createTensorflowEngine({ device: 'gpu' }),
      needs: setUp,
    },
    { name: 'wasm', isPresent: true, create: () => createWasmEngine() },
  ] as const satisfies readonly Named[]
).map(withTolerances);

/** Every engine. */
export const ALL_ENGINES: readonly Named[] = [...COMPARED_ENGINES, { name: 'cpu', isPresent: true, create: createCpuEngine }];

/** Describes the same of several engines; one that is not installed skips, by name. */
export function describeEngines<E extends Named>(
  engines: readonly E[],
  title: (name: string) => string,
  body: (engine: E) => void,
): void {
  for (const engine of engines) {
    const needs = engine.isPresent ? '' : ` (needs ${engine.needs})`;
    describe.skipIf(!engine.isPresent)(`${title(engine.name)}${needs}`, () => body(engine));
  }
}
