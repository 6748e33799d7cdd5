import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { tf } from '../../../src/engine/tfjs.js';
import { withExplicitTransposes } from '../../../src/engine/wasm/explicit-transposes.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { expectAgreement, values } from '../agreement.js';

describe('gradients with explicit transposes', () => {
  const engines = {} as { tested: Engine; oracle: Engine };

  beforeAll(async () => {
    engines.tested = await createWasmEngine();
    engines.oracle = await createCpuEngine();
  });
  afterAll(async () => {
    await engines.tested.close();
    await engines.oracle.close();
  });

  const cases = [false, true].flatMap((a) => [false, true].flatMap((b) => [[], [2], [2, 3]].map((stack) => ({ a, b, stack }))));

  it.each(cases)('are those of cpu: transposed $a and $b, stack [$stack]', async ({ a, b, stack }) => {
    const array = (shape: number[], key: string) => ({ shape: [...stack, ...shape], data: values([...stack, ...shape], key) });
    const product = (x: Tensor, y: Tensor): Tensor => tf.sum(tf.square(tf.matMul(x, y, a, b)));
    await expectAgreement(
      engines,
      ({ x, y }) => {
        const [dx, dy] = tf.grads(product)([x!, y!]);
        return { dx: dx!, dy: dy! };
      },
      { x: array(a ? [4, 3] : [3, 4], 'x'), y: array(b ? [5, 4] : [4, 5], 'y') },
    );
  });

  it('multiply without transposing inside the product', async () => {
    const transposing: boolean[] = [];
    const kernel = tf.getKernel('BatchMatMul', 'cpu')!;
    tf.unregisterKernel('BatchMatMul', 'cpu');
    tf.registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        transposing.push(Boolean(call.attrs?.transposeA || call.attrs?.transposeB));
        return kernel.kernelFunc(call);
      },
    });
    const gradient = () => tf.tidy(() => void tf.grad((z) => tf.sum(tf.matMul(z, z)))(tf.ones([2, 2])) as never);
    try {
      gradient();
      expect(transposing, "tfjs' own way").toEqual([false, true, true]);
      transposing.length = 0;
      withExplicitTransposes(gradient);
      expect(transposing).toEqual([false, false, false]);
    } finally {
      tf.unregisterKernel('BatchMatMul', 'cpu');
      tf.registerKernel(kernel);
    }
  });

  it("leave tfjs' own gradient in place outside, also after an error", () => {
    const before = tf.getGradient('BatchMatMul');
    expect(withExplicitTransposes(() => tf.getGradient('BatchMatMul'))).not.toBe(before);
    expect(() =>
      withExplicitTransposes(() => {
        throw new Error('from inside');
      }),
    ).toThrow('from inside');
    expect(tf.getGradient('BatchMatMul')).toBe(before);
  });
});
