import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Tensors } from '../../src/engine/engine.js';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { tf } from '../../src/engine/tfjs.js';
import { ALL_ENGINES, COMPARED_ENGINES, describeEngines } from './engines.js';

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const double = ({ x }: Tensors): Tensors => ({ y: tf.mul(x!, 2) });

describeEngines(
  ALL_ENGINES,
  (name) => `the engine ${name}`,
  ({ name, create }) => {
    let engine: Engine;

    beforeAll(async () => {
      engine = await create();
    });
    afterAll(() => engine.close());

    it('says its name', () => {
      expect(engine.name).toBe(name);
    });

    it('knows the shapes of inputs and outputs before it runs', async () => {
      const made = await engine.compile(({ a, b }) => ({ c: tf.matMul(a!, b!), s: tf.sum(a!) }), { a: [2, 3], b: [3, 4] });
      expect(made.inputs).toEqual({ a: [2, 3], b: [3, 4] });
      expect(made.outputs).toEqual({ c: [2, 4], s: [] });
      await made.release();
    });

    it('takes constants by name beside the inputs', async () => {
      const constants = { w: { shape: [2, 2], data: f32(1, 2, 3, 4) }, zero: { shape: [2], data: f32(0, 0) } };
      const made = await engine.compile(
        ({ x, w, zero }) => ({ y: tf.add(tf.matMul(x!, w!), zero!) }),
        { x: [1, 2] },
        { constants },
      );
      expect(await made.run({ x: f32(1, 10) })).toEqual({ y: f32(31, 42) });
      await made.release();
    });

    it('takes and gives scalars', async () => {
      const made = await engine.compile(({ x, y }) => ({ sum: tf.add(x!, y!) }), { x: [], y: [] });
      expect(await made.run({ x: f32(3), y: f32(4) })).toEqual({ sum: f32(7) });
      await made.release();
    });

    it('gives back an input, a constant, a constant made inside, and one tensor under two names', async () => {
      const constants = { w: { shape: [2], data: f32(5, 6) } };
      const fn = ({ x, w }: Tensors): Tensors => {
        const y = tf.neg(x!);
        return { x: x!, again: x!, w: w!, ones: tf.ones([3]), y, same: y };
      };
      const made = await engine.compile(fn, { x: [2] }, { constants });
      const given = f32(1, 2);
      const got = await made.run({ x: given });
      const expected = { x: f32(1, 2), again: f32(1, 2), w: f32(5, 6), ones: f32(1, 1, 1), y: f32(-1, -2), same: f32(-1, -2) };
      expect(got).toEqual(expected);
      await made.release();
    });

    it('gives each result an array that belongs to the caller', async () => {
      const constants = { w: { shape: [2], data: f32(5, 6) } };
      const fn = ({ x, w }: Tensors): Tensors => ({ x: x!, again: x!, w: w! });
      const made = await engine.compile(fn, { x: [2] }, { constants });
      const given = f32(1, 2);
      const first = await made.run({ x: given });
      for (const array of Object.values(first)) array.fill(99);
      expect(given).toEqual(f32(1, 2));
      expect(constants.w.data).toEqual(f32(5, 6));
      const second = await made.run({ x: given });
      expect(second).toEqual({ x: f32(1, 2), again: f32(1, 2), w: f32(5, 6) });
      second.x!.fill(7);
      expect(second.again).toEqual(f32(1, 2));
      await made.release();
    });

    it('gives booleans and whole numbers as float32', async () => {
      const made = await engine.compile(({ x }) => ({ positive: tf.greater(x!, 0), best: tf.argMax(x!) }), { x: [3] });
      expect(await made.run({ x: f32(-1, 2, 1) })).toEqual({ positive: f32(0, 1, 1), best: f32(1) });
      await made.release();
    });

    it('accepts an input that the function does not use', async () => {
      const made = await engine.compile(double, { x: [2], spare: [3] });
      expect(await made.run({ x: f32(1, 2), spare: f32(0, 0, 0) })).toEqual({ y: f32(2, 4) });
      await made.release();
    });

    it('lets runs overlap, each with its own result', async () => {
      const made = await engine.compile(double, { x: [2] });
      const results = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => made.run({ x: f32(i, -i) })));
      results.forEach(({ y }, i) => {
        expect(y).toEqual(Float32Array.of(2 * i, 2 * -i));
      });
      await made.release();
    });

    it('gives bit-equal results for equal feeds, in one compilation and in another', async () => {
      const fn = ({ x }: Tensors): Tensors => ({
        y: tf.softmax(tf.matMul(x!, x!, false, true)),
        g: tf.grad((z) => tf.sum(tf.exp(tf.sin(z))))(x!),
      });
      const x = Float32Array.from({ length: 64 * 16 }, (_, i) => Math.sin(i));
      const one = await engine.compile(fn, { x: [64, 16] });
      const two = await engine.compile(fn, { x: [64, 16] });
      const first = await one.run({ x });
      expect(await one.run({ x })).toEqual(first);
      expect(await two.run({ x })).toEqual(first);
      await one.release();
      await two.release();
    });

    describe('with state', () => {
      const sum = ({ x, total, count }: Tensors): Tensors => ({
        total: tf.add(total!, x!),
        count: tf.add(count!, 1),
        mean: tf.div(tf.add(total!, x!), tf.add(count!, 1)),
      });
      const start = () => ({ total: { shape: [2], data: f32(10, 20) }, count: { shape: [], data: f32(0) } });

      it('hands it from run to run, and takes and gives only the rest', async () => {
        const state = start();
        const made = await engine.compile(sum, { x: [2] }, { state });
        expect(made.inputs).toEqual({ x: [2] });
        expect(made.outputs).toEqual({ mean: [2] });
        expect(await made.state()).toEqual(start());
        expect(await made.run({ x: f32(2, 4) })).toEqual({ mean: f32(12, 24) });
        expect(await made.run({ x: f32(4, 4) })).toEqual({ mean: f32(8, 14) });
        expect(await made.state()).toEqual({ total: { shape: [2], data: f32(16, 28) }, count: { shape: [], data: f32(2) } });
        expect(state, 'what it started from is only read').toEqual(start());
        await made.release();
        await expect(made.state()).rejects.toMatchObject({ code: 'CLOSED' });
      });

      it('takes runs that overlap in order, and copies what it shows', async () => {
        const made = await engine.compile(sum, { x: [2] }, { state: start() });
        const runs = [1, 2, 3, 4].map((i) => made.run({ x: f32(i, 0) }));
        const shown = await made.state();
        expect(shown.total!.data).toEqual(f32(20, 20));
        expect((await Promise.all(runs)).map(({ mean }) => mean![0])).toEqual([11, 6.5, f32(16 / 3)[0], 5]);
        shown.total!.data.fill(99);
        await made.run({ x: f32(0, 0) });
        expect((await made.state()).total!.data).toEqual(f32(20, 20));
        await made.release();
      });

      it('may exchange and keep its parts', async () => {
        const state = { a: { shape: [2], data: f32(1, 2) }, b: { shape: [2], data: f32(3, 4) }, c: { shape: [1], data: f32(5) } };
        const made = await engine.compile(({ a, b, c }) => ({ a: b!, b: a!, c: c! }), {}, { state });
        for (let i = 0; i < 3; i++) expect(await made.run({})).toEqual({});
        expect(await made.state()).toEqual({ ...state, a: state.b, b: state.a });
        await made.release();
      });

      it('has none to show without', async () => {
        const made = await engine.compile(double, { x: [2] });
        expect(await made.state()).toEqual({});
        await made.release();
      });

      it.each<[string, (tensors: Tensors) => Tensors, RegExp]>([
        ['that is not returned', ({ s }) => ({ y: s! }), /net keeps the state 's' of shape \[2\] but returns no such output/],
        ['of a changed shape', ({ s }) => ({ s: tf.sum(s!) }), /net keeps the state 's' of shape \[2\] but returns \[\]/],
      ])('refuses one %s', async (_, fn, message) => {
        const options = { name: 'net', state: { s: { shape: [2], data: f32(1, 2) } } };
        await expect(engine.compile(fn, {}, options)).rejects.toMatchObject({
          code: 'WEIGHTS_SHAPE',
          message: expect.stringMatching(message),
        });
      });

      it('refuses a name that is also an input or a constant, and a state given as a feed', async () => {
        const state = { s: { shape: [2], data: f32(1, 2) } };
        const keep = ({ s }: Tensors): Tensors => ({ s: s! });
        await expect(engine.compile(keep, { s: [2] }, { state })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
        await expect(engine.compile(keep, {}, { state, constants: state })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
        const made = await engine.compile(keep, {}, { state });
        await expect(made.run({ s: f32(1, 2) })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
        await made.release();
      });
    });

    it('compiles many functions at once without mixing them up', async () => {
      const factors = [1, 2, 3, 4, 5];
      const made = await Promise.all(factors.map((factor) => engine.compile(({ x }) => ({ y: tf.mul(x!, factor) }), { x: [1] })));
      expect((await Promise.all(made.map((m) => m.run({ x: f32(10) })))).map(({ y }) => y![0])).toEqual([10, 20, 30, 40, 50]);
      await Promise.all(made.map((m) => m.release()));
    });

    it('leaves the tfjs backend as it was, also after an error', async () => {
      const before = tf.getBackend();
      const made = await engine.compile(double, { x: [2] });
      await made.run({ x: f32(1, 2) });
      await made.release();
      const failing = (): Tensors => {
        throw new Error('from inside');
      };
      await expect(engine.compile(failing, {})).rejects.toThrow('from inside');
      expect(tf.getBackend()).toBe(before);
      expect(tf.add(1, 2).dataSync()[0]).toBe(3);
    });

    it('leaves a tensor usable that the function took from outside', async () => {
      const outside = tf.tensor1d([10, 20]);
      const made = await engine.compile(({ x }) => ({ y: tf.add(x!, outside) }), { x: [2] });
      expect(await made.run({ x: f32(1, 2) })).toEqual({ y: f32(11, 22) });
      expect([...outside.dataSync()]).toEqual([10, 20]);
      outside.dispose();
      await made.release();
    });

    describe('refuses', () => {
      it.each<[string, Record<string, Float32Array>, RegExp]>([
        ['a missing feed', {}, /feed 'x' of double got nothing; expected a Float32Array of 2 values for the shape \[2\]/],
        ['a feed of the wrong length', { x: f32(1, 2, 3) }, /feed 'x' of double got 3 values; expected a Float32Array of 2/],
        ['a feed that is no Float32Array', { x: [1, 2] as never }, /feed 'x' of double got no Float32Array/],
        ['a feed that is no input', { x: f32(1, 2), z: f32(1) }, /double got a feed 'z', which is none of its inputs: x/],
      ])('%s', async (_, feeds, message) => {
        const made = await engine.compile(double, { x: [2] });
        await expect(made.run(feeds)).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE', message: expect.stringMatching(message) });
        await made.release();
      });

      it('a constant whose length does not fit its shape', async () => {
        const constants = { w: { shape: [3], data: f32(1, 2) } };
        await expect(engine.compile(double, { x: [2] }, { constants, name: 'net' })).rejects.toMatchObject({
          code: 'WEIGHTS_SHAPE',
          message: expect.stringContaining("constant 'w' of net got 2 values; expected a Float32Array of 3"),
        });
      });

      it('a name that is both input and constant, and a shape that is none', async () => {
        const constants = { x: { shape: [2], data: f32(1, 2) } };
        await expect(engine.compile(double, { x: [2] }, { constants })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
        await expect(engine.compile(double, { x: [-1] })).rejects.toMatchObject({ code: 'WEIGHTS_SHAPE' });
      });

      it('a kernel that no graph can hold, naming it and the function', async () => {
        await expect(engine.compile(({ x }) => ({ y: tf.cumsum(x!) }), { x: [2] }, { name: 'net' })).rejects.toMatchObject({
          code: 'KERNEL_UNSUPPORTED',
          message: expect.stringMatching(/^net uses the tfjs kernel Cumsum/),
          details: { function: 'net', kernel: 'Cumsum' },
        });
      });

      it('a gradient that tfjs does not have, naming its kernel', async () => {
        const fn = ({ x }: Tensors): Tensors => ({ g: tf.grad((z) => tf.sum(tf.prod(z, 0)))(x!) });
        await expect(engine.compile(fn, { x: [2, 2] }, { name: 'net' })).rejects.toMatchObject({ code: 'KERNEL_UNSUPPORTED' });
        const through = ({ x }: Tensors): Tensors => ({
          g: tf.grad((z) => tf.sum(tf.where(tf.greater(z, 0), z, tf.neg(z))))(x!),
        });
        await expect(engine.compile(through, { x: [2] }, { name: 'net' })).rejects.toMatchObject({
          code: 'KERNEL_UNSUPPORTED',
          message: expect.stringMatching(/^net needs the gradient of the tfjs kernel Greater/),
        });
      });

      it.each<[string, (tensors: Tensors) => unknown]>([
        ['reading elements of a computed tensor', ({ x }) => ({ y: tf.scalar(tf.sum(x!).dataSync()[0]!) })],
        ['a function that waits', async ({ x }) => ({ y: x })],
        ['a function that returns a bare tensor', ({ x }) => x],
        ['a function that returns a number', () => ({ y: 1 })],
        ['complex numbers', ({ x }) => ({ y: tf.real(tf.complex(x!, x!)) })],
      ])('%s', async (_, fn) => {
        await expect(engine.compile(fn as never, { x: [2] }, { name: 'net' })).rejects.toMatchObject({
          code: 'KERNEL_UNSUPPORTED',
          message: expect.stringMatching(/^net/),
        });
      });

      it('to run what was released and to compile once closed', async () => {
        const own = await create();
        const made = await own.compile(double, { x: [2] });
        const last = made.run({ x: f32(1, 2) });
        await made.release();
        await made.release();
        expect(await last, 'a run under way is waited for').toEqual({ y: f32(2, 4) });
        await expect(made.run({ x: f32(1, 2) })).rejects.toMatchObject({ code: 'CLOSED' });
        const open = await own.compile(double, { x: [2] });
        await own.close();
        await own.close();
        await expect(open.run({ x: f32(1, 2) })).rejects.toMatchObject({ code: 'CLOSED' });
        await expect(own.compile(double, { x: [2] })).rejects.toMatchObject({ code: 'CLOSED' });
      });
    });

    it('keeps no tensor after compiling and running a hundred functions', async () => {
      const before = tf.memory();
      for (let i = 0; i < 100; i++) {
        const made = await engine.compile(
          ({ x, w }) => ({ y: tf.grad((z) => tf.sum(tf.tanh(tf.matMul(z, w!))))(x!) }),
          { x: [4, 4] },
          { constants: { w: { shape: [4, 4], data: new Float32Array(16).fill(i) } } },
        );
        await made.run({ x: new Float32Array(16) });
        await made.release();
      }
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      expect({ numTensors, numDataBuffers, numBytes }).toEqual({
        numTensors: before.numTensors,
        numDataBuffers: before.numDataBuffers,
        numBytes: before.numBytes,
      });
      expect(tf.findBackend('skelmix-trace').numDataIds(), 'also after the functions above that failed').toBe(0);
    });
  },
);

it.skipIf(COMPARED_ENGINES.some(({ name, isPresent }) => name === 'onnx-webgpu' && isPresent))(
  'onnx-webgpu says why it can not be had where there is no device',
  async () => {
    await expect(createOnnxEngine({ provider: 'webgpu' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/^the engine onnx-webgpu finds no device it can compute on: .*libvulkan1/s),
      details: { engine: 'onnx-webgpu' },
    });
  },
);
