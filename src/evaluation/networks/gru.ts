import type { Tensors } from '../../engine/engine.js';
import { tf } from '../../engine/tfjs.js';
import { dense } from '../../generator/networks/layers.js';
import { ParameterList } from '../../generator/networks/parameters.js';
import type { JudgeArchitecture, JudgeNetwork } from './judge-network.js';
import { presence } from './presence.js';

/** Hidden states of one layer for every frame: frames of [B, inputs] to frames of [B, width]. */
type RecurrentLayer = (weights: Tensors, frames: tf.Tensor, valid: readonly tf.Tensor[]) => tf.Tensor[];

/**
 * One layer of gated recurrent units (Cho et al., arXiv 1406.1078, in the form of PyTorch and cuDNN: the reset gate multiplies the
 * state after its matrix). The state starts at zero and stays as it is in frames that are not valid.
 */
function recurrentLayer(list: ParameterList, name: string, inputs: number, width: number): RecurrentLayer {
  const fromInput = dense(list, `${name}.input`, inputs, 3 * width);
  const fromState = dense(list, `${name}.state`, width, 3 * width);
  return (weights, frames, valid) => {
    const B = frames.shape[0]!;
    const seen = tf.unstack(fromInput(weights, frames), 1);
    let state: tf.Tensor = tf.zeros([B, width]);
    return seen.map((input, t) => {
      const [inputReset, inputUpdate, inputNew] = tf.split(input, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const [stateReset, stateUpdate, stateNew] = tf.split(fromState(weights, state), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const reset = tf.sigmoid(tf.add(inputReset, stateReset));
      const update = tf.sigmoid(tf.add(inputUpdate, stateUpdate));
      const candidate = tf.tanh(tf.add(inputNew, tf.mul(reset, stateNew)));
      const change = tf.mul(tf.mul(tf.sub(1, update), tf.sub(candidate, state)), valid[t]!);
      state = tf.add(state, change);
      return state;
    });
  };
}

/**
 * The evaluation net of Action2Motion (Guo et al., arXiv 2007.15240): recurrent layers (two of width 128 in the paper) over the
 * flattened joints of each frame, the state after the last valid frame, a linear layer and tanh (30 features), a linear layer to
 * the classes. The first state is zero; the published code draws it anew at every call.
 */
export function createGru(architecture: JudgeArchitecture): JudgeNetwork {
  const { numPersons, numJoints, channels, numClasses, width, blocks } = architecture;
  const list = new ParameterList();
  const layers = Array.from({ length: blocks }, (_, i) =>
    recurrentLayer(list, `layer${i}`, i === 0 ? numPersons * numJoints * channels : width, width),
  );
  const featuresOut = dense(list, 'features', width, architecture.features);
  const logitsOut = dense(list, 'logits', architecture.features, numClasses);

  return {
    parameters: list.specs,
    keepSize: blocks * width,
    forward(weights, { x, keep }) {
      const valid = tf.unstack(presence(x, 1), 1);
      const kept = keep && tf.split(keep, blocks, 1);
      let frames = x;
      let last: tf.Tensor | undefined;
      for (const [i, layer] of layers.entries()) {
        const states = layer(weights, frames, valid);
        const mask = kept?.[i];
        frames = tf.stack(mask ? states.map((state) => tf.mul(state, mask)) : states, 1);
        last = mask ? tf.mul(states.at(-1)!, mask) : states.at(-1)!;
      }
      const features = tf.tanh(featuresOut(weights, last!));
      return { features, logits: logitsOut(weights, features) };
    },
  };
}
