import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine, Tensors } from '../../src/engine/engine.js';
import { TRACED_KERNELS } from '../../src/engine/onnx/kernels/register.js';
import { tf } from '../../src/engine/tfjs.js';
import { expectAgreement, values } from './agreement.js';
import { COMPARED_ENGINES, describeEngines } from './engines.js';
import { OP_CASES, type OpCase } from './op-cases.js';

/** The value of a case and, unless it has none, the gradient of a weighted sum of it with respect to every input. */
function functionOf({ fn, gradient }: OpCase): (tensors: Tensors) => Tensors {
  return (tensors) => {
    const inputs = Object.values(tensors);
    const y = fn(...inputs);
    if (gradient === false) return { y };
    const weightedSum = (...args: Tensor[]): Tensor => {
      const result = fn(...args);
      return tf.sum(tf.mul(result, tf.tensor(values(result.shape, 'weights'), result.shape)));
    };
    const gradients = tf.grads(weightedSum)(inputs);
    return { y, ...Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g])) };
  };
}

const feedsOf = (name: string, { shapes, range }: OpCase) =>
  Object.fromEntries(shapes.map((shape, i) => [`x${i}`, { shape, data: values(shape, `${name} ${i}`, range) }]));

describeEngines(
  COMPARED_ENGINES,
  (name) => `an operation on ${name}`,
  ({ create, tolerance, looser = {}, without = [] }) => {
    let tested: Engine;
    let oracle: Engine;

    beforeAll(async () => {
      tested = await create();
      oracle = await createCpuEngine();
    });
    afterAll(async () => {
      await tested.close();
      await oracle.close();
    });

    it.each(Object.keys(OP_CASES).filter((name) => !without.includes(name)))(
      'agrees with cpu in value and gradient: %s',
      async (name) => {
        const opCase = OP_CASES[name]!;
        await expectAgreement({ tested, oracle }, functionOf(opCase), feedsOf(name, opCase), name, looser[name] ?? tolerance);
      },
    );
  },
);

describe('the operations of this test', () => {
  it('cover every kernel that can be traced', async () => {
    const seen = new Set<string>();
    for (const [name, opCase] of Object.entries(OP_CASES)) {
      const inputs = Object.fromEntries(
        Object.entries(feedsOf(name, opCase)).map(([input, { shape, data }]) => [input, tf.tensor(data, [...shape])]),
      );
      const { kernelNames } = await tf.profile(() => tf.tidy(() => void functionOf(opCase)(inputs)) as never);
      for (const kernel of kernelNames) seen.add(kernel);
      tf.dispose(inputs);
    }
    expect(Object.keys(TRACED_KERNELS).filter((kernel) => !seen.has(kernel))).toEqual([]);
  });
});
