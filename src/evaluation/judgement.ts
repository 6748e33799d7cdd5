/** What an evaluation net says of one clip. */
export interface Judgement {
  /** What the clip should be. */
  readonly label: number;
  /** The class of the largest logit. */
  readonly predicted: number;
  readonly features: Float32Array;
}
