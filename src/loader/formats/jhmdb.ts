import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { parsePickle } from './pickle/parse-pickle.js';
import { arrayToFloat32, type PickledArray } from './pickle/pickled-array.js';

/** One clip of a file of DD-Net: its class and the place of its coordinates. */
export interface JhmdbEntry {
  /** Name of the class as the file spells it. */
  readonly label: string;
  readonly pose: PickledArray;
}

/**
 * Lists the clips of a JHMDB file as DD-Net prepares it: a pickle of `{pose: [T x V x 2 arrays], label: [names]}`. The coordinates
 * stay in the file.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset, or the place such as `label[3]`
 */
export function parseJhmdb(source: ByteSource): JhmdbEntry[] {
  const fail = (place: string, expected: string): never => {
    throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, ${place}: expected ${expected}`, {
      details: { file: source.file, place, expected },
    });
  };
  const content = parsePickle(source);
  if (!(content instanceof Map)) return fail('byte 0', 'a dict of "pose" and "label"');
  const poses: unknown = content.get('pose');
  const labels: unknown = content.get('label');
  if (!Array.isArray(poses)) return fail('pose', 'a list of arrays');
  if (!Array.isArray(labels) || labels.length !== poses.length) return fail('label', `a list of ${poses.length} class names`);
  return poses.map((pose: unknown, index) => {
    const label: unknown = labels[index];
    if (typeof label !== 'string') return fail(`label[${index}]`, 'the name of a class');
    if ((pose as PickledArray | null)?.kind !== 'array') return fail(`pose[${index}]`, 'an array');
    return { label, pose: pose as PickledArray };
  });
}

/**
 * Reads the coordinates of one entry: keypoint [1, T, V, 2], y down, in the units of the file.
 *
 * @throws DataError FORMAT_UNSUPPORTED, FORMAT_TRUNCATED with the byte offset, and those of `createClip`
 */
export function readJhmdbClip(source: ByteSource, { pose }: JhmdbEntry, facts: RecordingFacts): Clip {
  const [T, V, C] = pose.shape;
  if (pose.shape.length !== 3)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${source.file}, byte ${pose.offset}: expected frames x joints x 2, got an array of ${pose.shape.join(' x ')}`,
      { details: { file: source.file, byteOffset: pose.offset } },
    );
  return createClip(arrayToFloat32(pose, source), { M: 1, T: T!, V: V!, C: C! }, facts);
}
