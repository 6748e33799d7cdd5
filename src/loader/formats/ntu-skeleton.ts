import { LineCursor } from './line-cursor.js';

/** One body of a recording: the frames in which it was tracked. */
export interface NtuBody {
  /** As the sensor numbers it; above 2^53, so it is a text. */
  readonly id: string;
  /** Frame numbers, ascending. */
  readonly frames: number[];
  /** Its place among the bodies of each of these frames, from 0. */
  readonly places: number[];
  /** x, y, z of each joint in each of these frames. */
  readonly joints: Float32Array[];
}

/** A `.skeleton` file, as it stands there. */
export interface NtuRecording {
  readonly numFrames: number;
  /** In the order in which they appear. */
  readonly bodies: readonly NtuBody[];
}

/** The longest recording has 300 frames; the sensor tracks six bodies. */
const MAX_FRAMES = 1_000_000;
const MAX_BODIES = 64;
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NUL = '\0';

/**
 * Reads a `.skeleton` file of NTU RGB+D: frame count; for each frame a body count; for each body a line of 10 fields, a joint count
 * and a line for each joint, whose first three fields are x, y, z in metres (Kinect v2 camera space).
 *
 * Format: `read_skeleton_file.m` of the data set (Shahroudy et al., CVPR 2016).
 *
 * @param V joints that each body must have
 * @throws DataError FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the line (NUL bytes, words for numbers, lines left at the end)
 */
export function parseNtuSkeleton(bytes: Uint8Array, file: string, V: number): NtuRecording {
  const lines = new LineCursor(bytes, file);
  const numFrames = lines.count('the number of frames', MAX_FRAMES);
  const bodies = new Map<string, NtuBody>();
  for (let frame = 0; frame < numFrames; frame++) {
    const count = lines.count(`the number of bodies in frame ${frame}`, MAX_BODIES);
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) {
      const fields = lines.need(`a body of frame ${frame}`).split(/\s+/);
      if (fields.length !== 10) lines.fail(`expected the 10 fields of a body, got ${fields.length}${nulOf(fields[0])}`);
      const id = fields[0]!;
      if (seen.has(id)) lines.fail(`body ${id} stands twice in frame ${frame}`);
      seen.add(id);
      const joints = lines.count('the number of joints', 1000);
      if (joints !== V) lines.fail(`expected ${V} joints, got ${joints}`);
      let body = bodies.get(id);
      if (!body) {
        body = { id, frames: [], places: [], joints: [] };
        bodies.set(id, body);
      }
      body.frames.push(frame);
      body.places.push(i);
      body.joints.push(readJoints(lines, V, frame));
    }
  }
  if (lines.next() !== undefined) lines.fail(`expected the end after ${numFrames} frames, there is more`);
  return { numFrames, bodies: [...bodies.values()] };
}

function nulOf(field: string | undefined): string {
  return field?.includes(NUL) ? ' (NUL bytes: the download is damaged)' : '';
}

function readJoints(lines: LineCursor, V: number, frame: number): Float32Array {
  const values = new Float32Array(V * 3);
  for (let v = 0; v < V; v++) {
    const fields = lines.need(`joint ${v + 1} of frame ${frame}`).split(/\s+/, 13);
    if (fields.length !== 12) lines.fail(`expected the 12 fields of a joint, got ${fields.length}${nulOf(fields[0])}`);
    for (let c = 0; c < 3; c++) {
      const field = fields[c]!;
      if (NUMBER.test(field)) values[v * 3 + c] = Number(field);
      else if (/^-?nan(\(ind\))?$|^-?1\.#(ind|qnan)/i.test(field)) values[v * 3 + c] = Number.NaN;
      else lines.fail(`expected a number in field ${c + 1}, got ${JSON.stringify(field.slice(0, 20))}`);
    }
  }
  return values;
}
