import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { CompiledFunction, Engine, NamedArray, Shape } from '../../src/engine/engine.js';
import { expectClose } from './agreement.js';
import { COMPARED_ENGINES, describeEngines } from './engines.js';
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

/** Weights and moments are called `w.NAME`, `m.NAME`, `v.NAME`. */
const isState = (name: string): boolean => name.includes('.');

const inputsOf = (state: boolean): Record<string, Shape> =>
  Object.fromEntries(Object.entries(STEP_INPUTS).filter(([name]) => isState(name) === state));

const firstInputs = (): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(firstFeeds()).filter(([name]) => !isState(name)));

const firstState = (): Record<string, NamedArray> => {
  const feeds = firstFeeds();
  return Object.fromEntries(Object.entries(inputsOf(true)).map(([name, shape]) => [name, { shape, data: feeds[name]! }]));
};

describeEngines(
  COMPARED_ENGINES,
  (name) => `a training step of a transformer with AdamW on ${name}`,
  ({ create, tolerance }) => {
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
      for (const output of Object.keys(expected[0]!)) expectClose(got[0]![output]!, expected[0]![output]!, output, tolerance);
      // Adam divides by gradients close to zero, which lifts rounding errors from step to step.
      for (const output of Object.keys(expected[0]!)) expectClose(got.at(-1)![output]!, expected.at(-1)![output]!, output, 1e-3);
      expect(got.at(-1)!.loss![0]).toBeLessThan(0.7 * got[0]!.loss![0]!);
    });

    it('gives the same bits where the engine keeps weights and moments', async () => {
      const byHand = await train(await tested.compile(adamWStep, STEP_INPUTS), 5);
      const kept = await tested.compile(adamWStep, inputsOf(false), { state: firstState() });
      for (let step = 1; step <= 5; step++) {
        const { loss } = await kept.run({ ...firstInputs(), ...stepScalars(step) });
        expect(loss).toEqual(byHand[step - 1]!.loss);
      }
      const { loss: _, ...expected } = byHand.at(-1)!;
      const state = await kept.state();
      expect(Object.fromEntries(Object.entries(state).map(([part, { data }]) => [part, data]))).toEqual(expected);
    });
  },
);
