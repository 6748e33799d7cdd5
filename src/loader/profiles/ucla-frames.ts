import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { Random } from '../../core/random.js';
import type { Prepared } from '../../core/sample.js';
import { fitBox } from '../transforms/fit-box.js';
import { type Planes, planesOf } from '../transforms/planes.js';
import { reroot } from '../transforms/reroot.js';
import { axisRotation, multiply, transpose, turn } from '../transforms/rotation.js';
import { takeFrames } from '../transforms/take-frames.js';
import { findJoint } from './joint-roles.js';
import type { Phase } from './profile.js';

/** Copies of each frame that the training draws from without putting back. */
const COPIES = 100;
/** Largest angle about x and y, whole degrees. */
const MAX_DEGREES = 60;

/**
 * The first person of a clip as the NW-UCLA feeders prepare it: every coordinate stretched to [-1, 1] for a test; for training that comes
 * after the random view, so that the clip is only moved.
 *
 * Source: `feeders/feeder_ucla.py` of CTR-GCN (Chen et al., ICCV 2021), whose random scale the stretching undoes; that of SkateFormer
 * (Do and Kim, ECCV 2024) does the same.
 */
export function prepareView(clip: Clip, centre: number, phase: Phase): Prepared {
  const frames = Array.from({ length: clip.shape.T }, (_, t) => t);
  const planes = planesOf(clip, frames, [0]);
  // The box does not mind where the body is; near the origin its rounding is smallest.
  const plane = planes.x.length / 3;
  for (let c = 0; c < 3; c++) {
    const origin = planes.x[c * plane + centre]!;
    for (let i = c * plane; i < (c + 1) * plane; i++) planes.x[i] = planes.x[i]! - origin;
  }
  const { x, ...sizes } = phase === 'test' ? fitBox(planes) : planes;
  const { id, label, provenance } = clip;
  return { id, label, provenance, x, shape: sizes };
}

/** Frames of a clip, and which ones they are. */
export interface ViewedFrames {
  readonly planes: Planes;
  readonly frames: Int32Array;
}

/**
 * `wanted` frames of a prepared clip: drawn and sorted after a random view within 60 degrees about x and y and the stretching, or, without
 * `random`, evenly spread over the clip. Gives new planes.
 */
export function viewFrames({ x, shape }: Prepared, wanted: number, random?: Random): ViewedFrames {
  const planes = { x, ...shape };
  if (!random) {
    const frames = evenFrames(shape.T, wanted);
    return { planes: takeFrames(planes, frames), frames };
  }
  const angle = (): number => ((random.int(2 * MAX_DEGREES + 1) - MAX_DEGREES) * Math.PI) / 180;
  const [about, over] = [angle(), angle()];
  // Rows times a matrix there, a matrix times columns here.
  const view = transpose(multiply(axisRotation(1, over), axisRotation(0, about)));
  const turned = fitBox(turn({ ...planes, x: x.slice() }, view));
  const frames = random
    .shuffle(Int32Array.from({ length: COPIES * shape.T }, (_, i) => i % shape.T))
    .slice(0, wanted)
    .sort();
  return { planes: takeFrames(turned, frames), frames };
}

/** As NumPy's `linspace(0, n - 1, wanted).astype(int)`. */
export function evenFrames(n: number, wanted: number): Int32Array {
  const step = (n - 1) / (wanted - 1);
  return Int32Array.from({ length: wanted }, (_, i) => (i === wanted - 1 && wanted > 1 ? n - 1 : Math.trunc(i * step)));
}

/** Parents of the bones as the NW-UCLA feeders have them: from the joint between the shoulders on. */
export function uclaBones(layout: Layout): readonly number[] {
  const root = findJoint(layout, 'shoulderCentre');
  return root < 0 ? layout.parents : reroot(layout, root);
}
