import type { Clip } from '../../core/clip.js';

/** What a gate sees of a clip, before bones are projected. A measure that the clip does not have is NaN. */
export interface ClipQuality {
  /** log p(label | clip) of the gate's classifier. */
  readonly likelihood: number;
  /** Coefficient of variation of the bone lengths (bone-variation.ts). */
  readonly bones: number;
  /** Mean second difference (jitter.ts), in the clip's units a frame squared. */
  readonly jitter: number;
  /** Distance to the nearest training clip (digest.ts), in units of the image. */
  readonly nearest: number;
}

/** A clip as a generator makes it: with what its gate saw, where it has one and was asked to look. */
export interface GeneratedClip extends Clip {
  readonly quality?: ClipQuality;
}
