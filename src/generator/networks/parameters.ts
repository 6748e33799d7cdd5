import type { Tensor } from '@tensorflow/tfjs';
import { keyedRandom } from '../../core/random.js';
import type { NamedArray, Shape, Tensors } from '../../engine/engine.js';

/** One trainable tensor: its name, shape and how it starts. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Standard deviation of the normal start values; 0 starts at zero. */
  readonly deviation: number;
}

/** Picks a parameter out of the tensors that a function is run with. */
export type Pick = (weights: Tensors) => Tensor;

/**
 * The parameters of a network, in the order in which its layers declare them. A layer declares its parameters once, when
 * the network is built, and receives them by name at every call, so that a forward pass is a pure function of its weights.
 */
export class ParameterList {
  readonly specs: ParameterSpec[] = [];

  /** A matrix [rows, columns] with normal start values of deviation `gain / sqrt(rows)`; `gain` 0 starts at zero. */
  matrix(name: string, rows: number, columns: number, gain = 1): Pick {
    return this.add({ name, shape: [rows, columns], deviation: gain / Math.sqrt(rows) });
  }

  /** A vector [size] that starts at zero. */
  vector(name: string, size: number): Pick {
    return this.add({ name, shape: [size], deviation: 0 });
  }

  private add(spec: ParameterSpec): Pick {
    this.specs.push(spec);
    return (weights) => weights[spec.name]!;
  }
}

/** A network: its parameters, and a pure function from weights and inputs to outputs. */
export interface Network<Inputs, Outputs = Tensor> {
  readonly parameters: readonly ParameterSpec[];
  forward(weights: Tensors, inputs: Inputs): Outputs;
}

/** Start values for every parameter, a pure function of the seed and the parameter's name. */
export function initialWeights(parameters: readonly ParameterSpec[], seed: number): Record<string, NamedArray> {
  return Object.fromEntries(
    parameters.map(({ name, shape, deviation }) => {
      const data = new Float32Array(shape.reduce((size, axis) => size * axis, 1));
      if (deviation > 0) {
        keyedRandom(seed, 'weights', name).fillNormal(data);
        for (let i = 0; i < data.length; i++) data[i]! *= deviation;
      }
      return [name, { shape, data }];
    }),
  );
}

/** Number of trainable values. */
export function countParameters(parameters: readonly ParameterSpec[]): number {
  return parameters.reduce((sum, { shape }) => sum + shape.reduce((size, axis) => size * axis, 1), 0);
}
