import { ModelError } from '../../core/errors.js';
import type { Engine, NamedArray, Shape, Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import { initialWeights, type ParameterSpec } from '../networks/parameters.js';
import { adamwStep, type OptimizerOptions, STATE_SLOTS, STEP_SCALARS, stepScalars } from './optimizer.js';

/** What a trainer compiles: parameters, loss, inputs and optimizer. */
export interface TrainerOptions extends OptimizerOptions {
  readonly engine: Engine;
  readonly parameters: readonly ParameterSpec[];
  /** Scalar loss of weights (by parameter name) and inputs. */
  readonly loss: (weights: Tensors, inputs: Tensors) => tf.Tensor;
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly seed: number;
  readonly emaDecay: number;
  readonly name: string;
  /** Values that parameters of these names start from, instead of fresh ones. */
  readonly start?: Readonly<Record<string, NamedArray>> | undefined;
  /** Arrays that the loss is given beside its inputs and that never change. */
  readonly constants?: Readonly<Record<string, NamedArray>> | undefined;
}

/** Everything that a step changes: `w.NAME`, `m.NAME`, `v.NAME`, `ema.NAME`, the count of steps done and their loss. */
export interface TrainerState {
  readonly step: number;
  /** Loss, averaged over about the last 50 steps; NaN before the first. */
  readonly loss: number;
  readonly tensors: Readonly<Record<string, NamedArray>>;
}

/** Whole training steps (forward, backward, AdamW, moving average) as one compiled function. */
export interface Trainer {
  readonly step: number;
  /** Loss, averaged over about the last 50 steps; NaN before the first. */
  readonly loss: number;
  /**
   * Runs one step; resolves to its loss.
   *
   * @throws ModelError SAMPLE_NOT_FINITE when the loss is not finite; the weights are then spoilt, and all that is left to do is
   *   to close the trainer
   */
  run(feeds: Readonly<Record<string, Float32Array>>, learningRate: number): Promise<number>;
  /** The averaged weights by parameter name; copies. */
  averaged(): Promise<Record<string, NamedArray>>;
  /** Everything that is needed to go on from here; copies. */
  state(): Promise<TrainerState>;
  close(): Promise<void>;
}

/** State of a training that has not begun. */
function freshState({ parameters, seed, start }: TrainerOptions): TrainerState {
  const tensors: Record<string, NamedArray> = {};
  for (const [name, { shape, data }] of Object.entries({ ...initialWeights(parameters, seed), ...start })) {
    tensors[`w.${name}`] = { shape, data };
    tensors[`ema.${name}`] = { shape, data: data.slice() };
    for (const slot of ['m', 'v']) tensors[`${slot}.${name}`] = { shape, data: new Float32Array(data.length) };
  }
  return { step: 0, loss: Number.NaN, tensors };
}

/** Compiles the step and starts from `resume`, or from fresh weights. */
export async function createTrainer(options: TrainerOptions, resume?: TrainerState): Promise<Trainer> {
  const { engine, parameters, loss, inputs, constants } = options;
  const { tensors: state, ...begun } = resume ?? freshState(options);
  let { step, loss: average } = begun;
  const shapes: Record<string, Shape> = { ...inputs };
  for (const name of STEP_SCALARS) shapes[name] = [1];

  const compiled = await engine.compile(
    (tensors) => {
      const lossOf = (...weights: tf.Tensor[]) =>
        loss(Object.fromEntries(parameters.map(({ name }, i) => [name, weights[i]!])), tensors) as tf.Scalar;
      const { value, grads } = tf.valueAndGrads(lossOf)(parameters.map(({ name }) => tensors[`w.${name}`]!));
      const outputs: Tensors = { loss: value };
      for (const [i, spec] of parameters.entries()) Object.assign(outputs, adamwStep(tensors, spec, grads[i]!, options));
      return outputs;
    },
    shapes,
    { name: options.name, state, ...(constants ? { constants } : {}) },
  );

  return {
    get step() {
      return step;
    },
    get loss() {
      return average;
    },
    async run(feeds, learningRate) {
      const { loss: value } = await compiled.run({
        ...feeds,
        ...stepScalars(step + 1, learningRate, options.emaDecay, options),
      });
      const reached = value![0]!;
      if (!Number.isFinite(reached))
        throw new ModelError(
          'SAMPLE_NOT_FINITE',
          `${options.name}: the loss of step ${step + 1} is ${reached}; lower the learning rate (now ${learningRate})`,
        );
      step++;
      average = Number.isNaN(average) ? reached : average * 0.98 + reached * 0.02;
      return reached;
    },
    async averaged() {
      const tensors = await compiled.state();
      return Object.fromEntries(parameters.map(({ name }) => [name, tensors[`ema.${name}`]!]));
    },
    state: async () => ({ step, loss: average, tensors: await compiled.state() }),
    close: () => compiled.release(),
  };
}

/** Names of the state's tensors for the given parameters. */
export function stateNames(parameters: readonly ParameterSpec[]): string[] {
  return parameters.flatMap(({ name }) => STATE_SLOTS.map((slot) => `${slot}.${name}`));
}
