import type { Clip } from '../core/clip.js';
import type { Engine } from '../engine/engine.js';
import { clipToImage } from '../generator/representation.js';
import type { Judgement } from './judgement.js';
import { limitPersons } from './limit-persons.js';
import { createJudgeNetwork } from './networks/create-judge-network.js';
import type { TrainedEvaluator } from './train-evaluator.js';

/** A trained judge of clips. */
export interface Evaluator {
  /** One judgement for each clip, in order. Clips of any length; of too many persons the first ones are looked at. */
  judge(clips: readonly Clip[]): Promise<Judgement[]>;
  close(): Promise<void>;
}

/** Clips that are judged at once. */
const GROUP = 64;

/** Compiles a trained evaluation net for judging. The caller closes it; the engine stays open. */
export async function createEvaluator(trained: TrainedEvaluator, engine: Engine): Promise<Evaluator> {
  const { architecture, weights, image, layout } = trained;
  const { numFrames: T, numClasses: K, features: D } = architecture;
  const F = architecture.numPersons * architecture.numJoints * architecture.channels;
  const network = createJudgeNetwork(architecture, layout);
  const compiled = await engine.compile(
    (tensors) => ({ ...network.forward(tensors, { x: tensors.x! }) }),
    { x: [GROUP, T, F] },
    { name: `${architecture.kind} judge`, constants: weights },
  );
  return {
    async judge(clips) {
      const judgements: Judgement[] = [];
      for (let first = 0; first < clips.length; first += GROUP) {
        const group = clips.slice(first, first + GROUP);
        const x = new Float32Array(GROUP * T * F);
        for (const [b, clip] of group.entries())
          x.set(clipToImage(limitPersons(clip, image.maxPersons), layout, image).image, b * T * F);
        const { logits, features } = await compiled.run({ x });
        for (const [b, clip] of group.entries()) {
          const row = logits!.subarray(b * K, (b + 1) * K);
          judgements.push({
            label: clip.label,
            predicted: row.indexOf(Math.max(...row)),
            features: features!.slice(b * D, (b + 1) * D),
          });
        }
      }
      return judgements;
    },
    close: () => compiled.release(),
  };
}
