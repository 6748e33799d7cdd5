import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';

/** Frames in which the person is there, or anybody where none is named; ascending. */
export function presentFrames(clip: Clip, person?: number): number[] {
  const { M, T } = clip.shape;
  const frames: number[] = [];
  for (let t = 0; t < T; t++) {
    let there = false;
    if (person !== undefined) there = isPresent(clip, person, t);
    else for (let m = 0; m < M && !there; m++) there = isPresent(clip, m, t);
    if (there) frames.push(t);
  }
  return frames;
}
