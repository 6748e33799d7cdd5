import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine, Tensors } from '../../../src/engine/engine.js';
import { TRACED_KERNELS } from '../../../src/engine/onnx/kernels/register.js';
import { tf } from '../../../src/engine/tfjs.js';
import { TAKES_BOOLEANS } from '../../../src/engine/wasm/corrected-kernels.js';
import { WASM_BACKEND } from '../../../src/engine/wasm/wasm-backend.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { expectAgreement, values } from '../agreement.js';

const x = { x: { shape: [2, 3, 4], data: values([2, 3, 4], 'x') } };
const bool = (t: Tensor): Tensor => tf.greater(t, 0);
const int32 = (t: Tensor): Tensor => tf.cast(tf.mul(t, 3), 'int32');

type Op = (t: Tensor) => Tensor;

/** Operations that every engine has for any type. */
const ANY_TYPE: Readonly<Record<string, Op>> = {
  transpose: (t) => tf.transpose(t, [2, 0, 1]),
  concat: (t) => tf.concat([t, t], 1),
  stack: (t) => tf.stack([t, t], 1),
  unstack: (t) => tf.unstack(t, 1)[1]!,
  split: (t) => tf.split(t, 2, 2)[1]!,
  slice: (t) => tf.slice(t, [0, 1, 1], [2, 2, 3]),
  pad: (t) =>
    tf.pad(t, [
      [1, 0],
      [0, 1],
      [2, 1],
    ]),
  tile: (t) => tf.tile(t, [2, 1, 3]),
  broadcastTo: (t) => tf.broadcastTo(tf.slice(t, [0, 0, 0], [2, 1, 4]), [2, 3, 4]),
  reverse: (t) => tf.reverse(t, [1]),
  clone: (t) => tf.clone(t),
  zerosLike: (t) => tf.zerosLike(t),
  onesLike: (t) => tf.onesLike(t),
  where: (t) => tf.where(tf.cast(t, 'bool'), t, tf.zerosLike(t)),
  sum: (t) => tf.sum(t, 1),
  mean: (t) => tf.mean(t, 1),
  equal: (t) => tf.equal(t, tf.reverse(t, 1)),
  less: (t) => tf.less(t, tf.reverse(t, 2)),
  maximum: (t) => tf.maximum(t, tf.reverse(t, 1)),
  'to float32': (t) => tf.cast(t, 'float32'),
  'to bool': (t) => tf.cast(t, 'bool'),
  'to int32': (t) => tf.cast(t, 'int32'),
};

const WHOLE_NUMBERS: Readonly<Record<string, Op>> = {
  add: (t) => tf.add(t, tf.reverse(t, 1)),
  mul: (t) => tf.mul(t, t),
  abs: (t) => tf.abs(t),
  sign: (t) => tf.sign(t),
  square: (t) => tf.square(t),
  'clip by value': (t) => tf.clipByValue(t, -1, 2),
  matMul: (t) => tf.matMul(t, t, false, true),
  max: (t) => tf.max(t, [0, 2]),
  argMax: (t) => tf.argMax(t, 1),
};

describe('the kernels of wasm', () => {
  const engines = {} as { tested: Engine; oracle: Engine };

  beforeAll(async () => {
    engines.tested = await createWasmEngine();
    engines.oracle = await createCpuEngine();
  });
  afterAll(async () => {
    await engines.tested.close();
    await engines.oracle.close();
  });

  it.each(Object.keys(ANY_TYPE))('agree with cpu for booleans: %s', async (name) => {
    await expectAgreement(engines, (t) => ({ y: ANY_TYPE[name]!(bool(t.x!)) }), x, name);
  });

  it.each(Object.keys({ ...ANY_TYPE, ...WHOLE_NUMBERS }))('agree with cpu for whole numbers: %s', async (name) => {
    const op = { ...ANY_TYPE, ...WHOLE_NUMBERS }[name]!;
    await expectAgreement(engines, (t) => ({ y: op(int32(t.x!)) }), x, name);
  });

  it('refuse arithmetic of booleans when a function is compiled, naming kernel and function', async () => {
    const compiled = engines.tested.compile((t) => ({ y: tf.neg(bool(t.x!)) }), { x: [2] }, { name: 'net' });
    await expect(compiled).rejects.toMatchObject({
      code: 'KERNEL_UNSUPPORTED',
      message: expect.stringMatching(/^net: the engine wasm has no Neg of booleans: cast them/),
      details: { function: 'net', kernel: 'Neg' },
    });
    await expectAgreement(engines, (t) => ({ y: tf.neg(tf.cast(bool(t.x!), 'float32')) }), x);
  });

  it('refuse it also where it only happens in a run', async () => {
    const fn = (t: Tensors): Tensors => ({ y: tf.getBackend() === WASM_BACKEND ? tf.neg(bool(t.x!)) : t.x! });
    const made = await engines.tested.compile(fn, { x: [2] }, { name: 'net' });
    await expect(made.run({ x: Float32Array.of(1, 2) })).rejects.toMatchObject({ code: 'KERNEL_UNSUPPORTED' });
  });

  it('exist for everything that can be compiled', () => {
    const there = new Set(tf.getKernelsForBackend(WASM_BACKEND).map(({ kernelName }) => kernelName));
    expect(Object.keys(TRACED_KERNELS).filter((kernel) => !there.has(kernel))).toEqual([]);
    expect([...TAKES_BOOLEANS].filter((kernel) => !there.has(kernel))).toEqual([]);
  });
});
