import type { DataType } from '@tensorflow/tfjs';
import { ModelError } from '../../core/errors.js';
import type { Shape } from '../engine.js';

/** Element types that can be traced. */
export type TracedType = 'float32' | 'int32' | 'bool';

/** Elements of a constant; bool as bytes 0 and 1. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** A value known while tracing. Where all elements are equal only `uniform` is kept. */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly dtype: TracedType;
  readonly shape: Shape;
  readonly uniform: number | undefined;
  readonly values: Values | undefined;
}

/**
 * A value that the graph will compute. `stored` is the shape it has inside the graph: broadcastable to `shape`, and smaller
 * where nobody has needed the copies yet, so that a gradient spread over a mean costs one row and not a whole tensor.
 */
export interface GraphValue {
  readonly kind: 'graph';
  readonly dtype: TracedType;
  readonly shape: Shape;
  readonly stored: Shape;
  readonly name: string;
}

/** What a traced tensor stands for. */
export type TracedValue = ConstantValue | GraphValue;

/** @throws ModelError KERNEL_UNSUPPORTED for complex numbers and strings */
export function tracedType(dtype: DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new ModelError('KERNEL_UNSUPPORTED', `tensors of the type ${dtype} can't be compiled; expected float32, int32 or bool`);
}

/** Values as the array type that belongs to the element type; a view or the same array where possible. */
export function valuesAs(dtype: TracedType, values: ArrayLike<number>): Values {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint8Array ? values : Uint8Array.from(values);
}

/** A constant of equal elements. */
export function uniformConstant(dtype: TracedType, shape: Shape, uniform: number): ConstantValue {
  return { kind: 'constant', dtype, shape, uniform, values: undefined };
}

/** A constant from its elements, recognized as uniform where it is. */
export function constantOf(dtype: TracedType, shape: Shape, values: ArrayLike<number>): ConstantValue {
  const first = values[0];
  if (first !== undefined) {
    let i = 1;
    while (i < values.length && values[i] === first) i++;
    if (i === values.length) return uniformConstant(dtype, shape, first);
  }
  return { kind: 'constant', dtype, shape, uniform: undefined, values: valuesAs(dtype, values) };
}
