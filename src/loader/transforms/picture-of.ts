import type { Clip } from '../../core/clip.js';
import type { ClipSpace } from '../dataset.js';

/** What the image coordinates of a clip are measured by. */
export interface Picture {
  /** Height and width in the clip's units; 1 where they are shares. */
  readonly size: readonly [number, number];
  /** Where the middle is, in shares: 0 where coordinates are counted from it. */
  readonly middle: number;
}

/** The picture that PYSKL takes for granted, pixels. */
const USUAL = [1080, 1920] as const;

/**
 * The picture of a clip. Generated clips stand around the origin, so that the body's centre is taken for the middle of the picture.
 *
 * @param usual height and width where the clip names none
 */
export function pictureOf({ provenance, picture }: Clip, space: ClipSpace, usual: readonly [number, number] = USUAL): Picture {
  const inShares = space === 'shares' || space === 'centred';
  return {
    size: inShares ? [1, 1] : (picture ?? usual),
    middle: space === 'centred' || provenance.kind === 'generated' ? 0 : 0.5,
  };
}
