import type { Clip, ClipShape } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';

/** What the bytes of a recording don't tell. */
export interface RecordingFacts {
  /** Name of the data set, for the provenance. */
  readonly dataset: string;
  readonly id: string;
  /** Class number, 0-based. */
  readonly label: number;
  /** File name, for the provenance and for messages. */
  readonly file: string;
  readonly layout: Layout;
  /** Frames a second. */
  readonly fps: number;
}

/**
 * A clip of a recording's coordinates after the checks that every format needs. Takes `keypoint` [M, T, V, C] over, copies
 * nothing.
 *
 * @throws DataError LAYOUT_MISMATCH (joints or coordinates), CLIP_EMPTY (no frame, or nothing but zeros), CLIP_NOT_FINITE
 * (names joint, frame and person)
 */
export function createClip(keypoint: Float32Array, shape: ClipShape, facts: RecordingFacts): Clip {
  const { dataset, id, label, file, layout, fps } = facts;
  const { T, V, C } = shape;
  checkJoints(V, C, facts);
  if (T === 0) throw new DataError('CLIP_EMPTY', `${file}: ${id} has no frames`, { details: { file, clip: id } });
  let empty = true;
  for (let i = 0; i < keypoint.length; i++) {
    const value = keypoint[i]!;
    if (value === 0) continue;
    empty = false;
    if (!Number.isFinite(value)) throw notFinite(i, value, shape, facts);
  }
  if (empty)
    throw new DataError('CLIP_EMPTY', `${file}: all joints of ${id} are zero in all ${T} frames; nobody was tracked`, {
      details: { file, clip: id, frames: T },
    });
  return { id, keypoint, shape, label, layout: layout.name, fps, provenance: { kind: 'recorded', dataset, file } };
}

/** @throws DataError LAYOUT_MISMATCH where a recording has other joints or coordinates than the layout */
export function checkJoints(V: number, C: number, { file, layout }: Pick<RecordingFacts, 'file' | 'layout'>): void {
  const wanted = layout.joints.length;
  if (V === wanted && C === layout.channels) return;
  throw new DataError(
    'LAYOUT_MISMATCH',
    `${file}: the recording has ${V} joints of ${C} coordinates, the layout "${layout.name}" has ${wanted} of ${layout.channels}: give the layout that the recordings have`,
    { details: { file, expected: [wanted, layout.channels], got: [V, C] } },
  );
}

function notFinite(at: number, value: number, { T, V, C }: ClipShape, { file, layout }: RecordingFacts): DataError {
  const frame = Math.floor(at / (V * C)) % T;
  const person = Math.floor(at / (T * V * C));
  const joint = layout.joints[Math.floor(at / C) % V];
  const of = person > 0 ? ` of person ${person + 1}` : '';
  return new DataError(
    'CLIP_NOT_FINITE',
    `${file}: joint "${joint}"${of} is not finite in frame ${frame} (${'xyz'[at % C]} = ${value})`,
    { details: { file, joint, frame, person, value: String(value) } },
  );
}
