import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Prepared } from '../../core/sample.js';
import type { ClipSpace } from '../dataset.js';
import { planesOf } from '../transforms/planes.js';
import { presentFrames } from '../transforms/present-frames.js';
import { translate } from '../transforms/translate.js';

export interface ValidOptions {
  readonly space: ClipSpace;
  readonly centre: number;
  /** Persons that the profile has room for. */
  readonly persons: number;
}

/** A clip in CTR-GCN's space, on its way to be prepared. */
export interface ValidClip {
  readonly clip: Clip;
  /**
   * The valid frames of the clip, or of a version of it, as planes [3, T, V, M]; M leaves out persons behind the last one who is
   * there at all.
   * @param doubled a lone person fills every place
   */
  toPrepared(clip: Clip, doubled?: boolean): Prepared;
}

/**
 * Puts a clip into CTR-GCN's space, as its data preparation does: one joint at the origin, frames without anybody left out. Clips
 * that were stored like that stay as they are, and as many frames count from the first one on as hold somebody.
 *
 * @throws DataError CLIP_EMPTY where nobody is ever there
 */
export function prepareValid(clip: Clip, { space, centre, persons }: ValidOptions): ValidClip {
  const present = presentFrames(clip);
  if (present.length === 0)
    throw new DataError('CLIP_EMPTY', `clip ${clip.id} has nobody in any of its ${clip.shape.T} frames`, {
      details: { clip: clip.id },
    });
  const stored = space === 'ctrgcn' || space === 'infogcn';
  const frames = stored ? present.map((_, i) => i) : present;
  return {
    clip: stored ? clip : translate(clip, centre),
    toPrepared(version, doubled = false) {
      const { M } = version.shape;
      const there = Array.from({ length: M }, (_, m) => presentFrames(clip, m).length > 0).lastIndexOf(true) + 1;
      const lone = doubled && there === 1 && (clip.places ?? 1) === 1;
      const order = Array.from({ length: lone ? persons : Math.min(there, persons) }, (_, m) => (lone ? 0 : m));
      const { x, ...sizes } = planesOf(version, frames, order);
      const { id, label, provenance } = clip;
      return { id, label, provenance, x, shape: sizes };
    },
  };
}
