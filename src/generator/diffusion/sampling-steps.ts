import type { CompiledFunction, Engine, InputShape, NamedArray, Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import type { Estimate } from './estimate.js';
import { type Moments, steadied, unitRms } from './guidance.js';
import type { Guide } from './guide.js';

/** What distinguishes the graph of one step from that of another. */
export interface StepKind {
  /** The guide steers. */
  readonly guided: boolean;
  /** Fresh noise is added. */
  readonly noisy: boolean;
  /** Steps of this kind that one run takes. */
  readonly count: number;
}

/** Columns of the table that a run is given, one row a step. */
export const STEP_COLUMNS = [
  't',
  'fromX',
  'fromX0Hat',
  'fromPrevious',
  'fromNoise',
  'scaleWeight',
  'guidanceWeight',
  'correction1',
  'correction2',
] as const;

/** What the steps are made of. */
export interface StepParts {
  readonly estimate: Estimate;
  /** Needed for guided steps only. */
  readonly guide: Guide | undefined;
  readonly moments: Moments;
  /** Scale each image's gradient to unit root mean square. */
  readonly normalise: boolean;
}

/** Images: T frames, F values a frame, K classes. */
export interface StepShape {
  readonly T: number;
  readonly F: number;
  readonly K: number;
}

const DENOISER = 'denoiser/';
const GUIDE = 'guide/';

const prefixed = (prefix: string, arrays: Readonly<Record<string, NamedArray>>): Record<string, NamedArray> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]));

const stripped = (prefix: string, tensors: Tensors, names: Iterable<string>): Tensors =>
  Object.fromEntries([...names].map((name) => [name, tensors[prefix + name]!]));

/** Names of the moments that steps hand on. */
export function momentNames(moments: Moments): readonly string[] {
  return { none: [], ema: ['first'], adam: ['first', 'second'] }[moments];
}

/**
 * Compiles whole sampling steps: estimate, guidance stopped at x0Hat (arXiv 2302.13434) and the sampler's update, `count` of
 * them in one graph, with one copy of the weights.
 *
 * Inputs: x, previous [B, T, F] (state and last estimate), y [B, K], table [count, 9] (`STEP_COLUMNS`), scale [B], and where they
 * apply noise [B, count, T, F], first and second [B, T, F]. Outputs: the same state after the steps.
 */
export function compileSteps(engine: Engine, parts: StepParts, kind: StepKind, shape: StepShape): Promise<CompiledFunction> {
  const { estimate, guide, moments, normalise } = parts;
  const { guided, noisy, count } = kind;
  const { T, F, K } = shape;
  const handedOn = guided ? momentNames(moments) : [];
  const image: InputShape = ['B', T, F];
  const inputs: Record<string, InputShape> = {
    x: image,
    previous: image,
    y: ['B', K],
    table: [count, STEP_COLUMNS.length],
    scale: ['B'],
    ...(noisy ? { noise: ['B', count, T, F] } : {}),
    ...Object.fromEntries(handedOn.map((name) => [name, image])),
  };

  const steps = (tensors: Tensors): Tensors => {
    const { y, table, scale, noise } = tensors as { [name: string]: tf.Tensor } & {
      y: tf.Tensor;
      table: tf.Tensor;
      scale: tf.Tensor;
    };
    const denoiserWeights = stripped(DENOISER, tensors, Object.keys(estimate.weights));
    const guideWeights = guided ? stripped(GUIDE, tensors, Object.keys(guide!.weights)) : {};
    const state: Tensors = Object.fromEntries(['x', 'previous', ...handedOn].map((name) => [name, tensors[name]!]));
    for (let i = 0; i < count; i++) {
      const column = (name: (typeof STEP_COLUMNS)[number]): tf.Tensor =>
        tf.reshape(tf.slice(table, [i, STEP_COLUMNS.indexOf(name)], [1, 1]), [1]);
      const t = column('t');
      // 1 is no guidance, so that is where a weight of 0 must lead.
      const scaled = tf.add(tf.mul(tf.sub(scale, 1), column('scaleWeight')), 1);
      let x0Hat = estimate.x0Hat(denoiserWeights, { x: state.x!, t, y, scale: scaled });
      if (guided) {
        const gradient = guide!.gradient(guideWeights, { x0Hat, y, t });
        const corrections = [column('correction1'), column('correction2')] as const;
        const steady = steadied(gradient, moments, state, corrections);
        Object.assign(state, steady.state);
        const direction = normalise ? unitRms(steady.direction) : steady.direction;
        x0Hat = tf.add(x0Hat, tf.mul(direction, column('guidanceWeight')));
      }
      let x = tf.add(tf.mul(state.x!, column('fromX')), tf.mul(x0Hat, column('fromX0Hat')));
      x = tf.add(x, tf.mul(state.previous!, column('fromPrevious')));
      if (noisy)
        x = tf.add(x, tf.mul(tf.reshape(tf.slice(noise!, [0, i, 0, 0], [-1, 1, T, F]), [-1, T, F]), column('fromNoise')));
      state.x = x;
      state.previous = x0Hat;
    }
    return state;
  };
  return engine.compile(steps, inputs, {
    name: `${count} ${guided ? 'guided' : 'plain'}${noisy ? ' noisy' : ''} sampling step${count === 1 ? '' : 's'}`,
    constants: { ...prefixed(DENOISER, estimate.weights), ...(guided ? prefixed(GUIDE, guide!.weights) : {}) },
  });
}
