import type { Layout } from '../../core/layout.js';
import { tf } from '../../engine/tfjs.js';
import { dense, gelu, layerNorm } from '../../generator/networks/layers.js';
import { ParameterList } from '../../generator/networks/parameters.js';
import { boneGraph } from './bone-graph.js';
import { alongBones, alongTime, halveTime, TEMPORAL_KERNEL } from './graph-layers.js';
import type { JudgeArchitecture, JudgeNetwork } from './judge-network.js';
import { presence } from './presence.js';

/** Frames that one token holds at the entry, where the frame count is a multiple. */
const PATCH = 4;

/**
 * A compact spatial-temporal graph net after ST-GCN (Yan, Xiong and Lin, arXiv 1801.07455): each block gathers along the bones
 * (the joint, its parent, its children, with learnt importance of each bone), then over five frames. Time is halved after each
 * block but the last. Layer norms stand in for batch norms, so that a clip is judged alike alone and among others. Persons have
 * their own graphs with shared weights; absent ones don't enter the mean.
 */
export function createStGcn(architecture: JudgeArchitecture, layout: Layout): JudgeNetwork {
  const { numFrames, numPersons: M, numJoints: V, channels: C, numClasses, width, blocks } = architecture;
  const patch = numFrames % PATCH === 0 ? PATCH : 1;
  const steps = numFrames / patch;
  const list = new ParameterList();
  const graph = boneGraph(layout);
  const tokenIn = dense(list, 'token.in', patch * C, width);
  const positions = list.matrix('positions.joint', M * V, width, 1);
  const layers = Array.from({ length: blocks }, (_, i) => ({
    importance: list.vector(`block${i}.importance`, 3 * V * V),
    spatial: dense(list, `block${i}.spatial`, 3 * width, width, { gain: 0.7 }),
    temporal: dense(list, `block${i}.temporal`, TEMPORAL_KERNEL * width, width, { gain: 0.7 }),
  }));
  const featuresOut = dense(list, 'features', width, architecture.features);
  const logitsOut = dense(list, 'logits', architecture.features, numClasses);

  return {
    parameters: list.specs,
    keepSize: width,
    forward(weights, { x, keep }) {
      const B = x.shape[0]!;
      const bones = tf.tensor(graph, [3 * V, V]);
      const patches = tf.transpose(tf.reshape(x, [B, steps, patch, M, V, C]), [0, 3, 1, 4, 2, 5]);
      let h = tokenIn(weights, tf.reshape(patches, [B, M, steps, V, patch * C]));
      h = tf.add(h, tf.reshape(positions(weights), [1, M, 1, V, width]));
      h = tf.reshape(h, [B * M, steps, V, width]);
      for (const [i, block] of layers.entries()) {
        const importance = tf.add(tf.reshape(block.importance(weights), [3 * V, V]), 1);
        h = tf.add(h, gelu(block.spatial(weights, alongBones(layerNorm(h), tf.mul(bones, importance)))));
        h = tf.add(h, gelu(block.temporal(weights, alongTime(layerNorm(h)))));
        if (i < blocks - 1 && h.shape[1]! > TEMPORAL_KERNEL) h = halveTime(h);
      }
      const each = tf.reshape(tf.mean(layerNorm(h), [1, 2]), [B, M, width]);
      const there = tf.expandDims(tf.max(presence(x, M), 1), 2);
      const pooled = tf.div(tf.sum(tf.mul(each, there), 1), tf.maximum(tf.sum(there, 1), 1));
      const features = tf.tanh(featuresOut(weights, keep ? tf.mul(pooled, keep) : pooled));
      return { features, logits: logitsOut(weights, features) };
    },
  };
}
