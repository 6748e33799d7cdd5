import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { parseJson } from './parse-json.js';

/** What a file of NW-UCLA holds. */
export interface NwUclaFile {
  /** `label` as the file states it, 1-based; undefined where it has none. */
  readonly label: number | undefined;
  readonly clip: Clip;
}

/**
 * Reads a sequence of NW-UCLA as CTR-GCN distributes it: JSON `{file_name, skeletons: [T][V][3], label}`, metres, Kinect v1
 * camera space. Gives keypoint [1, T, V, 3]. The clip's label is that of `facts`. Pure.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED (byte offset, or the place such as `skeletons[3][7]`), and those of
 * `createClip`
 */
export function parseNwUcla(bytes: Uint8Array, facts: RecordingFacts): NwUclaFile {
  const { file, layout } = facts;
  const fail = (place: string, expected: string, got: unknown): never => {
    const words = Array.isArray(got) ? `a list of ${got.length}` : (JSON.stringify(got)?.slice(0, 40) ?? 'nothing');
    throw new DataError('FORMAT_UNSUPPORTED', `${file}, ${place}: expected ${expected}, got ${words}`, {
      details: { file, place, expected },
    });
  };
  const content = parseJson(bytes, file);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return fail('byte 0', 'a JSON object', content);
  const { skeletons, label } = content as Record<string, unknown>;
  if (!Array.isArray(skeletons)) return fail('skeletons', 'a list of frames', skeletons);
  if (label !== undefined && !Number.isInteger(label)) return fail('label', 'a whole number', label);
  const V = layout.joints.length;
  const T = skeletons.length;
  const keypoint = new Float32Array(T * V * 3);
  for (const [t, frame] of skeletons.entries()) {
    if (!Array.isArray(frame) || frame.length !== V) return fail(`skeletons[${t}]`, `a list of ${V} joints`, frame);
    for (const [v, joint] of frame.entries()) {
      if (!Array.isArray(joint) || joint.length !== 3) return fail(`skeletons[${t}][${v}]`, 'x, y and z', joint);
      for (const [c, value] of joint.entries()) {
        if (typeof value !== 'number') return fail(`skeletons[${t}][${v}][${c}]`, 'a number', value);
        keypoint[(t * V + v) * 3 + c] = value;
      }
    }
  }
  return { label: label as number | undefined, clip: createClip(keypoint, { M: 1, T, V, C: 3 }, facts) };
}
