import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import { parseMatV5 } from './mat-v5.js';

const VARIABLE = 'd_skel';
/** The longest recording has 125 frames, 60 KB; this leaves room for 17 minutes. */
const MAX_INFLATED_BYTES = 16 * 2 ** 20;
/** Kinect v1 records about 30 frames a second. */
export const UTD_MHAD_FPS = 30;

/** What the bytes of a recording don't tell. */
export interface RecordingFacts {
  readonly id: string;
  readonly label: number;
  /** File name, for the provenance and for messages. */
  readonly file: string;
  readonly layout: Layout;
}

/**
 * Reads one skeleton recording of UTD-MHAD: a MAT-file with `d_skel`, [V, 3, T] column-major, metres. Gives keypoint
 * [1, T, V, 3]. Pure.
 *
 * Format: the data set's home page and file `Skeleton_joint_order.txt` (Chen, Jafari, Kehtarnavaz, ICIP 2015).
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED (see `parseMatV5`; no `d_skel`, or one of another shape),
 * LAYOUT_MISMATCH (other number of joints than the layout), CLIP_EMPTY (no frame), CLIP_NOT_FINITE (names joint and frame)
 */
export function parseUtdMhad(bytes: Uint8Array, { id, label, file, layout }: RecordingFacts): Clip {
  const [variable] = parseMatV5(bytes, { file, only: VARIABLE, maxInflatedBytes: MAX_INFLATED_BYTES });
  if (!variable)
    throw new DataError('FORMAT_UNSUPPORTED', `${file}: expected a variable "${VARIABLE}", found none of that name`, {
      details: { file, byteOffset: 128, expected: VARIABLE },
    });
  const V = layout.joints.length;
  // MATLAB drops a last axis of 1: a recording of one frame is V x 3.
  const [joints, channels, T = 1, ...more] = variable.dims;
  if (channels !== 3 || more.length > 0)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${file}: "${VARIABLE}" must be joints x 3 x frames, got ${variable.dims.join(' x ')}`,
      {
        details: { file, byteOffset: 128, dims: variable.dims },
      },
    );
  if (joints !== V)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `${file}: "${VARIABLE}" has ${joints} joints, the layout "${layout.name}" has ${V}: give the layout that the recordings have`,
      { details: { file, expected: V, got: joints } },
    );
  if (T === 0) throw new DataError('CLIP_EMPTY', `${file}: "${VARIABLE}" has no frames`, { details: { file } });

  const keypoint = new Float32Array(T * V * 3);
  for (let t = 0; t < T; t++) {
    for (let v = 0; v < V; v++) {
      for (let c = 0; c < 3; c++) {
        const value = Math.fround(Number(variable.data[v + V * (c + 3 * t)]));
        if (!Number.isFinite(value))
          throw new DataError(
            'CLIP_NOT_FINITE',
            `${file}: joint "${layout.joints[v]}" is not finite in frame ${t} (${'xyz'[c]} = ${value})`,
            { details: { file, joint: layout.joints[v], frame: t, value: String(value) } },
          );
        keypoint[(t * V + v) * 3 + c] = value;
      }
    }
  }
  return {
    id,
    keypoint,
    shape: { M: 1, T, V, C: 3 },
    label,
    layout: layout.name,
    fps: UTD_MHAD_FPS,
    provenance: { kind: 'recorded', dataset: 'utd-mhad', file },
  };
}
