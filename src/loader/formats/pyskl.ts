import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { createClip, type RecordingFacts } from './create-clip.js';
import { parsePickle } from './pickle/parse-pickle.js';
import { arrayToFloat32, type PickledArray } from './pickle/pickled-array.js';

/** One clip of a file of PYSKL: its name, class and the place of its coordinates. */
export interface PysklAnnotation {
  readonly frameDir: string;
  /** 0-based. */
  readonly label: number;
  /** [M, T, V, C] */
  readonly keypoint: PickledArray;
  /** [M, T, V], where `keypoint` is 2-D. */
  readonly score?: PickledArray;
  /** Height and width in pixels. */
  readonly picture?: readonly [number, number];
}

export interface PysklFile {
  readonly annotations: readonly PysklAnnotation[];
  /** Names of the clips in each split; undefined where the file is a mere list of annotations. */
  readonly splits: ReadonlyMap<string, readonly string[]> | undefined;
}

/**
 * Lists the clips of an annotation file of PYSKL, ProtoGCN and MMAction2: a pickle of `{split: {name: [frame_dir]}, annotations:
 * [{frame_dir, label, keypoint, ...}]}`, or of the list of annotations alone. The coordinates stay in the file.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset or the place, such as `annotations[3].label`
 */
export function parsePyskl(source: ByteSource): PysklFile {
  const fail = (place: string, expected: string): never => {
    throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, ${place}: expected ${expected}`, {
      details: { file: source.file, place, expected },
    });
  };
  const content = parsePickle(source);
  const list: unknown = content instanceof Map ? content.get('annotations') : content;
  if (!Array.isArray(list)) return fail('annotations', 'a list of annotations');
  const annotations = list.map((entry: unknown, index): PysklAnnotation => {
    const place = `annotations[${index}]`;
    if (!(entry instanceof Map)) return fail(place, 'a dict');
    const [frameDir, label, keypoint] = ['frame_dir', 'label', 'keypoint'].map((key) => entry.get(key) as unknown);
    if (typeof frameDir !== 'string') return fail(`${place}.frame_dir`, 'a name');
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label > 1e6)
      return fail(`${place}.label`, 'a class number of at least 0');
    if ((keypoint as PickledArray | undefined)?.kind !== 'array')
      return fail(
        `${place}.keypoint`,
        'an array [M, T, V, C] (annotations without keypoints keep them in other files, which are not read)',
      );
    const score = entry.get('keypoint_score') as PickledArray | undefined;
    const picture: unknown = entry.get('img_shape');
    return {
      frameDir,
      label,
      keypoint: keypoint as PickledArray,
      ...(score?.kind === 'array' ? { score } : {}),
      ...(isPicture(picture) ? { picture } : {}),
    };
  });
  if (!(content instanceof Map)) return { annotations, splits: undefined };
  const split: unknown = content.get('split');
  if (!(split instanceof Map)) return fail('split', 'a dict of lists of names');
  for (const [name, names] of split) {
    if (typeof name !== 'string') return fail('split', 'names of splits');
    if (!Array.isArray(names) || !names.every((one) => typeof one === 'string')) return fail(`split.${name}`, 'a list of names');
  }
  return { annotations, splits: split as ReadonlyMap<string, readonly string[]> };
}

/**
 * Reads one annotation: keypoint [M, T, V, C] as they are, from any real type, with the scores and the size of the picture where the
 * annotation has them, and `half` where they are float16.
 *
 * @throws DataError FORMAT_UNSUPPORTED, FORMAT_TRUNCATED with the byte offset, and those of `createClip`
 */
export function readPysklClip(source: ByteSource, { keypoint, score, picture }: PysklAnnotation, facts: RecordingFacts): Clip {
  const { shape, offset } = keypoint;
  if (shape.length !== 4)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${source.file}, byte ${offset}: expected persons x frames x joints x coordinates, got an array of ${shape.join(' x ')}`,
      { details: { file: source.file, byteOffset: offset } },
    );
  const [M, T, V, C] = shape as unknown as [number, number, number, number];
  const clip = createClip(arrayToFloat32(keypoint, source), { M, T, V, C }, facts);
  if (score && score.shape.join() !== [M, T, V].join())
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${source.file}, byte ${score.offset}: expected a score for each of ${[M, T, V].join(' x ')} joints, got an array of ${score.shape.join(' x ')}`,
      { details: { file: source.file, byteOffset: score.offset } },
    );
  const half = keypoint.type?.letter === 'f' && keypoint.type.bytes === 2;
  return {
    ...clip,
    ...(half ? { half } : {}),
    ...(score ? { score: arrayToFloat32(score, source) } : {}),
    ...(picture ? { picture } : {}),
  };
}

function isPicture(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((size) => typeof size === 'number' && size > 0);
}
