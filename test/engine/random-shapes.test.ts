import type { Tensor } from '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { createCpuEngine } from '../../src/engine/cpu.js';
import type { Engine, Shape } from '../../src/engine/engine.js';
import { tf } from '../../src/engine/tfjs.js';
import { expectAgreement, TOLERANCE, values } from './agreement.js';
import { COMPARED_ENGINES, describeEngines } from './engines.js';

const NUM_RUNS = 40;
const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

/** A shape and one that broadcasts with it: some leading axes dropped, some axes shrunk to one. */
const broadcastPair = shape.chain((full) =>
  fc
    .record({ drop: fc.integer({ min: 0, max: full.length }), ones: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }) })
    .map(({ drop, ones }) => ({ full, part: full.slice(drop).map((dim, axis) => (ones[axis] ? 1 : dim)) })),
);

const BINARY: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = { add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div };
const REDUCE: Readonly<Record<string, (x: Tensor, axes: number[], keepDims: boolean) => Tensor>> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
};
const UNARY: Readonly<Record<string, (x: Tensor) => Tensor>> = { tanh: tf.tanh, exp: tf.exp, square: tf.square, relu: tf.relu };

const array = (shape: Shape, key: string) => ({ shape, data: values(shape, key, [0.5, 2]) });

describeEngines(
  COMPARED_ENGINES.filter(({ tolerance }) => tolerance <= TOLERANCE),
  (name) => `a function of any shape on ${name}`,
  ({ create }) => {
    const engines = {} as { tested: Engine; oracle: Engine };

    beforeAll(async () => {
      engines.tested = await create();
      engines.oracle = await createCpuEngine();
    });
    afterAll(async () => {
      await engines.tested.close();
      await engines.oracle.close();
    });

    it('broadcasts like cpu, with gradients summed back to each shape', async () => {
      await fc.assert(
        fc.asyncProperty(
          broadcastPair,
          fc.constantFrom(...Object.keys(BINARY)),
          fc.boolean(),
          async ({ full, part }, op, swap) => {
            const apply = BINARY[op]!;
            const f = (a: Tensor, b: Tensor): Tensor => tf.sum(tf.square(swap ? apply(b, a) : apply(a, b)));
            await expectAgreement(
              engines,
              ({ a, b }) => {
                const [da, db] = tf.grads(f)([a!, b!]);
                return { y: swap ? apply(b!, a!) : apply(a!, b!), da: da!, db: db! };
              },
              { a: array(full, 'a'), b: array(part, 'b') },
              op,
            );
          },
        ),
        { numRuns: NUM_RUNS },
      );
    });

    it('reduces any axes like cpu, with gradients', async () => {
      const reduction = shape.chain((x) =>
        fc.record({
          x: fc.constant(x),
          axes: fc.subarray([...x.keys()]),
          fromEnd: fc.boolean(),
          keepDims: fc.boolean(),
          op: fc.constantFrom(...Object.keys(REDUCE)),
        }),
      );
      await fc.assert(
        fc.asyncProperty(reduction, async ({ x, axes, fromEnd, keepDims, op }) => {
          const chosen = fromEnd ? axes.map((axis) => axis - x.length) : axes;
          const apply = (t: Tensor): Tensor => REDUCE[op]!(t, chosen, keepDims);
          await expectAgreement(
            engines,
            ({ t }) => ({ y: apply(t!), dt: tf.grad((z) => tf.sum(tf.square(apply(z))))(t!) }),
            { t: array(x, 'x') },
            op,
          );
        }),
        { numRuns: NUM_RUNS },
      );
    });

    it('computes chains of element by element operations on broadcast tensors like cpu', async () => {
      const chain = fc.array(fc.constantFrom(...Object.keys(UNARY)), { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(broadcastPair, chain, async ({ full, part }, ops) => {
          const apply = (t: Tensor): Tensor => ops.reduce((y, op) => UNARY[op]!(tf.mul(y, 0.5)), t);
          const spread = (t: Tensor): Tensor => apply(tf.mul(tf.ones([...full]), t));
          await expectAgreement(
            engines,
            ({ t }) => ({ y: spread(t!), dt: tf.grad((z) => tf.mean(spread(z)))(t!) }),
            { t: array(part, 'part') },
            ops.join(),
          );
        }),
        { numRuns: NUM_RUNS },
      );
    });
  },
);
