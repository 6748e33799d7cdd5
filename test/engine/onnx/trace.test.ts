import { describe, expect, it } from 'vitest';
import type { NamedArray, Shape, Tensors } from '../../../src/engine/engine.js';
import { encodeModel } from '../../../src/engine/onnx/encode-model.js';
import { graphProto } from '../../../src/engine/onnx/graph-proto.js';
import { ONNX_TYPE } from '../../../src/engine/onnx/model-proto.js';
import { type TracedFunction, trace } from '../../../src/engine/onnx/trace.js';
import { tf } from '../../../src/engine/tfjs.js';
import { OP_CASES } from '../op-cases.js';

function traced(
  fn: (tensors: Tensors) => Tensors,
  inputs: Record<string, Shape>,
  constants: Record<string, NamedArray> = {},
): TracedFunction {
  return trace({ name: 'fn', fn, inputs, constants });
}

const operations = ({ graph }: TracedFunction): string[] => graph.nodes.map((node) => node.opType);

const ramp = (...shape: number[]): NamedArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

describe('a traced graph', () => {
  it('leaves out arithmetic that changes nothing', () => {
    const graph = traced(({ x }) => ({ y: tf.exp(tf.sub(tf.div(tf.add(tf.mul(x!, 1), 0), 1), 0)) }), { x: [3] });
    expect(operations(graph)).toEqual(['Exp']);
  });

  it('leaves out moves that move nothing', () => {
    const fn = ({ x }: Tensors): Tensors => ({
      y: tf.exp(tf.slice(tf.transpose(tf.clone(tf.concat([x!], 0)), [0, 1]), [0, 0], [2, 3])),
    });
    expect(operations(traced(fn, { x: [2, 3] }))).toEqual(['Exp']);
  });

  it('does not compute what no output needs, nor take the inputs and constants for it', () => {
    const fn = ({ x, spare, w }: Tensors): Tensors => {
      tf.matMul(spare!, w!);
      return { y: tf.neg(x!) };
    };
    const graph = traced(fn, { x: [2], spare: [2, 2] }, { w: ramp(2, 2) });
    expect(operations(graph)).toEqual(['Neg']);
    expect(graph.inputs.map((port) => port.name)).toEqual(['x']);
    expect(graph.graph.initializers).toEqual([]);
  });

  it('computes an expression once that the function writes twice', () => {
    const graph = traced(({ x }) => ({ y: tf.add(tf.exp(x!), tf.exp(x!)) }), { x: [2] });
    expect(operations(graph)).toEqual(['Exp', 'Add']);
  });

  it('holds each constant once', () => {
    const fn = ({ x, w }: Tensors): Tensors => ({
      y: tf.matMul(tf.add(tf.matMul(x!, w!), tf.tensor1d([1, 2])), w!),
      z: tf.add(tf.reshape(x!, [2]), tf.tensor1d([1, 2])),
    });
    const { graph } = traced(fn, { x: [1, 2] }, { w: ramp(2, 2) });
    expect(graph.initializers.filter(({ dataType }) => dataType === ONNX_TYPE.float32)).toHaveLength(2);
  });

  it('holds a large constant once, without copying it', () => {
    const w = ramp(64, 64);
    const { graph } = traced(({ x, w }) => ({ y: tf.matMul(tf.matMul(x!, w!), w!) }), { x: [1, 64] }, { w });
    expect(graph.initializers).toHaveLength(1);
    expect(graph.initializers[0]!.rawData.buffer).toBe(w.data.buffer);
  });

  it('holds a constant of equal elements as one number', () => {
    const constants = { zeros: { shape: [1000], data: new Float32Array(1000).fill(0.5) } };
    const { graph } = traced(({ x, zeros }) => ({ y: tf.add(x!, zeros!) }), { x: [1000] }, constants);
    expect(graph.initializers.map(({ dims, rawData }) => [dims, rawData.length])).toEqual([[[], 4]]);
  });

  it('computes a spread tensor in its small form and copies it out only where it must', () => {
    const fn = ({ x, w }: Tensors): Tensors => {
      const rows = tf.exp(tf.tile(x!, [100, 1]));
      return { y: tf.add(rows, w!) };
    };
    const graph = traced(fn, { x: [1, 4] }, { w: ramp(100, 4) });
    expect(operations(graph)).toEqual(['Exp', 'Add']);
    const product = traced(({ x, w }) => ({ y: tf.matMul(tf.tile(x!, [100, 1]), w!) }), { x: [1, 4] }, { w: ramp(4, 4) });
    expect(operations(product)).toEqual(['Expand', 'MatMul']);
  });

  it('gives the gradient of a mean without a tensor of ones', () => {
    const graph = traced(({ x }) => ({ g: tf.grad((z) => tf.mean(tf.square(z)))(x!) }), { x: [50, 20] });
    expect(operations(graph)).not.toContain('Expand');
    expect(graph.graph.initializers.every(({ rawData }) => rawData.length <= 16)).toBe(true);
  });

  it('does not count a gradient twice through copies and casts to the same type', () => {
    const loss = (z: ReturnType<typeof tf.tensor>): ReturnType<typeof tf.tensor> =>
      tf.sum(tf.mul(tf.cast(tf.clone(z), 'float32'), tf.mul(tf.reshape(z, [2]), 1)));
    const { graph } = traced(({ x }) => ({ g: tf.grad(loss)(x!) }), { x: [2] });
    // d(z * z) = z + z
    expect(graph.nodes.map((node) => node.opType)).toEqual(['Add']);
  });

  it('is byte for byte the same when traced again', () => {
    const fn = ({ x, w }: Tensors): Tensors => ({ g: tf.grad((z) => tf.sum(tf.softmax(tf.matMul(z, w!))))(x!) });
    const bytes = (): string => {
      return Buffer.from(encodeModel(graphProto(traced(fn, { x: [2, 3] }, { w: ramp(3, 4) })))).toString('hex');
    };
    expect(bytes()).toBe(bytes());
  });

  it('is refused inside another trace', () => {
    const inner = ({ x }: Tensors): Tensors => ({ y: tf.neg(x!) });
    const outer = ({ x }: Tensors): Tensors => {
      traced(inner, { x: [2] });
      return { y: x! };
    };
    expect(() => traced(outer, { x: [2] })).toThrow(/fn is compiled inside a function that is being compiled/);
    expect(operations(traced(inner, { x: [2] })), 'the next trace starts afresh').toEqual(['Neg']);
  });
});

describe('the memory that a trace counts', () => {
  it.each(Object.entries(OP_CASES))('is the same however often a function was traced: %s', (_, sample) => {
    const inputs = Object.fromEntries(sample.shapes.map((shape, i) => [`x${i}`, shape]));
    const fn = (tensors: Tensors): Tensors => ({ y: sample.fn(...sample.shapes.map((_, i) => tensors[`x${i}`]!)) });
    const peak = (): number => traced(fn, inputs).peakBytes;
    const first = peak();
    expect(peak()).toBe(first);
  });
});
