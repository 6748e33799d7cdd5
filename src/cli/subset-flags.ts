import type { TrainingSubject } from '../generator/index.js';

/** The flags that choose the same clips again; none where all of a split were taken. */
export function subsetFlags({ clipsPerClass, subsetSeed }: TrainingSubject['dataset']): string[] {
  return clipsPerClass === undefined ? [] : [`--clips-per-class ${clipsPerClass} --subset-seed ${subsetSeed}`];
}
