import { type Augmentation, defaultAugmentation } from './training-images.js';

/** Clips and classes of a training. */
interface Counted {
  readonly clips: readonly unknown[];
  readonly classes: readonly string[];
}

/** Up to so many clips of a class, on average, networks learn them by heart within the usual steps. */
const FEW_PER_CLASS = 10;

/** Wider than `defaultAugmentation`, since few clips show few bodies and places: yaw +-26 degrees, scale +-15 %, up to 12 % cut. */
export const fewClipsAugmentation: Augmentation = { yaw: 0.45, scale: 0.15, crop: 0.12 };

/** True where a training has so few clips that it should be shorter and vary them more: 10 a class or fewer, on average. */
export function hasFewClips({ clips, classes }: Counted): boolean {
  return clips.length <= FEW_PER_CLASS * classes.length;
}

/** How the clips of a training are varied where nobody says it. */
export function augmentationFor(subject: Counted): Augmentation {
  return hasFewClips(subject) ? fewClipsAugmentation : defaultAugmentation;
}
