import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { CompiledFunction, Engine } from '../../src/engine/engine.js';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { expectClose } from './agreement.js';
import { adamWStep, firstFeeds, STEP_INPUTS, stepScalars } from './transformer.js';

async function train(compiled: CompiledFunction, steps: number): Promise<Record<string, Float32Array>[]> {
  const results: Record<string, Float32Array>[] = [];
  let feeds = firstFeeds();
  for (let step = 1; step <= steps; step++) {
    const result = await compiled.run({ ...feeds, ...stepScalars(step) });
    results.push(result);
    const { loss: _, ...state } = result;
    feeds = { ...feeds, ...state };
  }
  return results;
}

describe.each([
  ['onnx', () => createOnnxEngine({ threads: 2 })],
  ['wasm', () => createWasmEngine()],
])('a training step of a transformer with AdamW on %s', (_, create) => {
  let tested: Engine;
  let cpu: Engine;

  beforeAll(async () => {
    tested = await create();
    cpu = await createCpuEngine();
  });
  afterAll(async () => {
    await tested.close();
    await cpu.close();
  });

  it('agrees with cpu in loss, weights and moments over ten steps, and learns', async () => {
    const steps = 10;
    const got = await train(await tested.compile(adamWStep, STEP_INPUTS, { name: 'step' }), steps);
    const expected = await train(await cpu.compile(adamWStep, STEP_INPUTS, { name: 'step' }), steps);
    for (const output of Object.keys(expected[0]!)) expectClose(got[0]![output]!, expected[0]![output]!, output);
    // Adam divides by gradients close to zero, which lifts rounding errors from step to step.
    for (const output of Object.keys(expected[0]!)) expectClose(got.at(-1)![output]!, expected.at(-1)![output]!, output, 1e-3);
    expect(got.at(-1)!.loss![0]).toBeLessThan(0.7 * got[0]!.loss![0]!);
  });
});
