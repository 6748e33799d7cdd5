import type { Clip } from '../../core/clip.js';
import { DataError } from '../../core/errors.js';
import type { ByteSource } from './byte-source.js';
import { checkJoints, createClip, type RecordingFacts } from './create-clip.js';
import { cutFrames, framesWithAnybody } from './cut-frames.js';
import { parseNpy, readFloats, type StoredArray } from './npz/npz.js';
import { parsePickle } from './pickle/parse-pickle.js';

/** Names and classes of the clips of one file. */
export interface StgcnLabels {
  readonly names: readonly string[];
  /** 0-based. */
  readonly labels: readonly number[];
}

/**
 * Reads a `label.pkl` of ST-GCN and its kin (2s-AGCN, MS-G3D): a pickle of (names, class numbers).
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset or the place
 */
export function parseStgcnLabels(source: ByteSource): StgcnLabels {
  const fail = (place: string, expected: string): never => {
    throw new DataError('FORMAT_UNSUPPORTED', `${source.file}, ${place}: expected ${expected}`, {
      details: { file: source.file, place, expected },
    });
  };
  const content = parsePickle(source);
  if (!Array.isArray(content) || content.length !== 2) return fail('byte 0', 'a tuple of names and labels');
  const [names, labels] = content as [unknown, unknown];
  if (!Array.isArray(names)) return fail('names', 'a list');
  if (!Array.isArray(labels) || labels.length !== names.length) return fail('labels', `a list of ${names.length} class numbers`);
  for (const [index, name] of names.entries()) if (typeof name !== 'string') fail(`names[${index}]`, 'a text');
  for (const [index, label] of labels.entries())
    if (!Number.isInteger(label) || label < 0 || label > 1e6) fail(`labels[${index}]`, 'a class number of at least 0');
  return { names, labels };
}

/**
 * The header of a `data.npy` of ST-GCN and its kin: [N, C, T, V, M]. The coordinates stay in the file.
 *
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export function parseStgcnData(source: ByteSource): StoredArray {
  const data = parseNpy(source);
  if (data.shape.length !== 5 || data.fortran)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${source.file}, byte ${data.dataOffset}: expected [N, C, T, V, M] in C order, got ${data.shape.join(' x ')}`,
      { details: { file: source.file, byteOffset: data.dataOffset } },
    );
  return data;
}

/**
 * Reads clip `index`: keypoint [M, T, V, C] without the zero frames that pad it. Of 2-D data with scores (C = 3, a layout of two
 * coordinates) the third coordinate is the clip's score, and joints of score 0 become zero.
 *
 * @throws DataError FORMAT_TRUNCATED, and those of `createClip`
 */
export function readStgcnClip(data: StoredArray, index: number, source: ByteSource, facts: RecordingFacts): Clip {
  const [, channels, T, V, M] = data.shape as [number, number, number, number, number];
  const C = facts.layout.channels;
  const scored = C === 2 && channels === 3;
  checkJoints(V, scored ? C : channels, facts);
  const size = channels * T * V * M;
  const x = readFloats(data, source, index * size, size);
  const keypoint = new Float32Array(M * T * V * C);
  const plane = T * V * M;
  const score = scored ? new Float32Array(M * T * V) : undefined;
  for (let m = 0, to = 0, joint = 0; m < M; m++)
    for (let i = m; i < plane; i += M, joint++) {
      const seen = !scored || x[2 * plane + i]! > 0;
      for (let c = 0; c < C; c++) keypoint[to++] = seen ? x[c * plane + i]! : 0;
      if (score) score[joint] = x[2 * plane + i]!;
    }
  const shape = { M, T, V, C };
  const frames = framesWithAnybody(keypoint, shape);
  const trimmed = cutFrames(keypoint, shape, frames);
  const clip = createClip(trimmed.keypoint, trimmed.shape, facts);
  return score ? { ...clip, score: cutFrames(score, { ...shape, C: 1 }, frames).keypoint } : clip;
}
