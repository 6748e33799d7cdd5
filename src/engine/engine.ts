import type { Tensor } from '@tensorflow/tfjs-core';

/** Axis lengths from the outermost in; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * The shape of an input or output; `B` as its first axis stands for the number of rows of a run, which the feeds tell. Declaring
 * it promises that a row of the outputs depends on the same row of such inputs alone, so that a run may be cut into chunks.
 */
export type InputShape = Shape | readonly ['B', ...number[]];

/** A constant or weight: C-order float32 values with their shape. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Tensors by name: what a function takes and returns. */
export type Tensors = Record<string, Tensor>;

/** What `Engine.compile` may be told beside the function and its inputs. */
export interface CompileOptions {
  /** Names the function in errors and metrics. */
  readonly name?: string;
  /** Values that never change between runs (weights): handed to the function beside its inputs, by name. */
  readonly constants?: Readonly<Record<string, NamedArray>>;
  /**
   * Values that a run hands on to the next one (weights in training), by name, with what they start from; copied. The function
   * gets them beside its inputs and must return the next value of each under the same name and of the same shape. The engine
   * keeps them: they are no feeds, and no outputs of `run`.
   */
  readonly state?: Readonly<Record<string, NamedArray>>;
}

/** A function fixed to an engine and to input shapes. */
export interface CompiledFunction {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputShape>>;
  /** Batched (`B` first) where an input is. */
  readonly outputs: Readonly<Record<string, InputShape>>;
  /**
   * Runs it. The lengths of the feeds tell B. Feeds are only read; outputs are new arrays that belong to the caller. Calls may overlap; those of a function
   * with state wait for each other, in order, and must not have their feeds changed before they end. A run that fails leaves
   * the state as it was.
   * @throws ModelError WEIGHTS_SHAPE where a feed is missing or has the wrong length, or two feeds have different numbers of rows
   */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
  /** The state after the runs that were asked for so far, as copies by name; empty for a function without state. */
  state(): Promise<Record<string, NamedArray>>;
  /** Frees native memory and the state; idempotent. */
  release(): Promise<void>;
}

/**
 * Where tensors are computed. Networks, guidance and training are written once, as pure functions over tfjs-core
 * operations (float32 in, float32 out, no data-dependent control flow); engines differ in speed only.
 */
export interface Engine {
  readonly name: string;
  /**
   * @param fn receives one tensor for each input and each constant, by name; returns named tensors. May use `tf.grad` and
   *   friends. Called once or many times, so it must not depend on outside state that changes.
   * @param inputs may be batched, with `B` first: the function is then compiled once for every number of rows, and each of its
   *   outputs must be batched too. It has no state.
   * @throws ModelError KERNEL_UNSUPPORTED with the kernel's and the function's name, or where something in a batched function
   *   depends on B other than in proportion; WEIGHTS_SHAPE where a declaration is at fault
   */
  compile(
    fn: (tensors: Tensors) => Tensors,
    inputs: Readonly<Record<string, InputShape>>,
    options?: CompileOptions,
  ): Promise<CompiledFunction>;
  /** Frees everything the engine holds; idempotent. */
  close(): Promise<void>;
}
