import { describe } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine } from '../../src/engine/engine.js';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { findTensorflow } from '../../src/engine/tensorflow/installation.js';
import { createTensorflowEngine } from '../../src/engine/tensorflow/tensorflow-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';

/** An engine to test. */
export interface EngineUnderTest {
  readonly name: string;
  readonly isPresent: boolean;
  readonly create: () => Promise<Engine>;
}

/** Every engine that is compared with cpu. */
export const COMPARED_ENGINES: readonly EngineUnderTest[] = [
  { name: 'onnx', isPresent: true, create: () => createOnnxEngine({ threads: 1 }) },
  {
    name: 'tensorflow',
    isPresent: findTensorflow('cpu') !== undefined,
    create: () => createTensorflowEngine({ device: 'cpu' }),
  },
  {
    name: 'tensorflow-gpu',
    isPresent: findTensorflow('gpu') !== undefined,
    create: () => createTensorflowEngine({ device: 'gpu' }),
  },
  { name: 'wasm', isPresent: true, create: () => createWasmEngine() },
];

/** Every engine. */
export const ALL_ENGINES: readonly EngineUnderTest[] = [
  ...COMPARED_ENGINES,
  { name: 'cpu', isPresent: true, create: createCpuEngine },
];

/** Describes the same of several engines; one that is not installed skips, by name. */
export function describeEngines(
  engines: readonly EngineUnderTest[],
  title: (name: string) => string,
  body: (engine: EngineUnderTest) => void,
): void {
  for (const engine of engines) {
    const needs = engine.isPresent ? '' : ' (needs `skelmix setup tensorflow`)';
    describe.skipIf(!engine.isPresent)(`${title(engine.name)}${needs}`, () => body(engine));
  }
}
