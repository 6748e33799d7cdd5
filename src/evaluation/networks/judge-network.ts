import type { Tensor } from '@tensorflow/tfjs';
import type { Network } from '../../generator/networks/parameters.js';

/** Names of the evaluation nets. */
export const JUDGE_KINDS = ['gru', 'st-gcn', 'frame-transformer'] as const;

export type JudgeKind = (typeof JUDGE_KINDS)[number];

/** Sizes of an evaluation net. Plain numbers and a name, so that it can stand in a manifest. */
export interface JudgeArchitecture {
  readonly kind: JudgeKind;
  readonly numFrames: number;
  /** Persons M of an image. */
  readonly numPersons: number;
  /** Joints V of one person. */
  readonly numJoints: number;
  readonly channels: number;
  readonly numClasses: number;
  readonly width: number;
  readonly blocks: number;
  /** Length of the features that distances are taken of. */
  readonly features: number;
}

/** What an evaluation net reads. */
export interface JudgeInputs {
  /** Images [B, T, M V C]. */
  readonly x: Tensor;
  /** Factors of dropout [B, `keepSize`], in training only: 0 or 1 / (1 - p). */
  readonly keep?: Tensor;
}

/** What an evaluation net says of images. */
export interface JudgeOutputs {
  /** [B, features], in (-1, 1). */
  readonly features: Tensor;
  /** [B, K]. */
  readonly logits: Tensor;
}

/** An evaluation net and how many values of a sample its dropout covers. */
export interface JudgeNetwork extends Network<JudgeInputs, JudgeOutputs> {
  readonly keepSize: number;
}
