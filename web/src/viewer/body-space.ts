import type { ClipJson } from '../stream/messages.js';
import type { LayoutJson } from './layout-json.js';

/** A point as the viewer sees it: x to the right, y up, z towards the viewer. */
export type Point = readonly [number, number, number];

/** A clip placed for viewing: upright, centred, about one unit in size. */
export interface PlacedClip {
  readonly clip: ClipJson;
  /** Joint v of person m at frame t, or null where the person is absent or the joint was not seen. */
  at(m: number, t: number, v: number): Point | null;
  /** Height of the floor; null in 2-D, where there is none. */
  readonly floor: number | null;
}

const indexOf = ({ shape: { T, V, C } }: ClipJson, m: number, t: number, v: number): number => ((m * T + t) * V + v) * C;

function isPresent({ keypoint, shape: { V, C } }: ClipJson, base: number): boolean {
  for (let i = 0; i < V * C; i++) if (keypoint[base + i] !== 0) return true;
  return false;
}

/**
 * Says whether a joint was seen. In an image what was not found is written as zeros. Where coordinates count from the body, its root
 * or centre is zero too, in the first frame or throughout, and that is its place. In 3-D every joint has a place.
 */
function seenJoints(clip: ClipJson, { channels, root, centre }: LayoutJson): (m: number, t: number, v: number) => boolean {
  if (channels !== 2) return () => true;
  const isZero = (m: number, t: number, v: number): boolean => {
    const base = indexOf(clip, m, t, v);
    return clip.keypoint[base] === 0 && clip.keypoint[base + 1] === 0;
  };
  const isPresentAt = (m: number, t: number): boolean => isPresent(clip, indexOf(clip, m, t, 0));
  const frames = Array.from({ length: clip.shape.T }, (_, t) => t);
  const isOrigin = (m: number, v: number): boolean => frames.every((t) => !isPresentAt(m, t) || isZero(m, t, v));
  const origins = new Set(
    Array.from({ length: clip.shape.M }, (_, m) => [root, centre].filter((v) => isOrigin(m, v)).map((v) => `${m} ${v}`)).flat(),
  );
  return (m, t, v) => !isZero(m, t, v) || origins.has(`${m} ${v}`) || (t === 0 && (v === root || v === centre));
}

/** Which way is up: axis and direction. */
export interface Up {
  readonly axis: 0 | 1 | 2;
  readonly sign: 1 | -1;
}

/**
 * Which way is up, from the bodies themselves: where the root lies, seen from the feet, over all frames. Without feet in the
 * layout it is y: upwards in 3-D, downwards in pixels.
 */
export function upOf(clip: ClipJson, layout: LayoutJson, isSeen = seenJoints(clip, layout)): Up {
  const { feet, root, channels } = layout;
  const { M, T, C } = clip.shape;
  const sum = [0, 0, 0];
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++) {
      if (!isPresent(clip, indexOf(clip, m, t, 0))) continue;
      for (const foot of feet.filter((joint) => isSeen(m, t, joint) && isSeen(m, t, root)))
        for (let c = 0; c < C && c < 3; c++)
          sum[c]! += clip.keypoint[indexOf(clip, m, t, root) + c]! - clip.keypoint[indexOf(clip, m, t, foot) + c]!;
    }
  // The third channel of a 2-D layout is a confidence, not a place.
  const axes = channels === 2 ? [0, 1] : [0, 1, 2];
  const axis = axes.reduce((best, candidate) => (Math.abs(sum[candidate]!) > Math.abs(sum[best]!) ? candidate : best), 1);
  if (sum[axis] === 0) return { axis: 1, sign: channels === 2 ? -1 : 1 };
  return { axis: axis as Up['axis'], sign: sum[axis]! > 0 ? 1 : -1 };
}

/** Places a clip for viewing. Pure; the clip is not changed. */
export function placeClip(clip: ClipJson, layout: LayoutJson): PlacedClip {
  const { M, T, V } = clip.shape;
  const isSeen = seenJoints(clip, layout);
  const up = upOf(clip, layout, isSeen);
  const flat = layout.channels === 2;
  const turned = (base: number): [number, number, number] => {
    const [x, y, z] = [clip.keypoint[base]!, clip.keypoint[base + 1]!, flat ? 0 : clip.keypoint[base + 2]!];
    // Turned, not mirrored, so that left stays left; in an image only the direction of y may differ.
    if (up.axis === 1) return up.sign === 1 ? [x, y, z] : flat ? [x, -y, z] : [x, -y, -z];
    if (up.axis === 2) return up.sign === 1 ? [x, z, -y] : [x, -z, y];
    return up.sign === 1 ? [-y, x, z] : [y, -x, z];
  };
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let m = 0; m < M; m++)
    for (let t = 0; t < T; t++) {
      if (!isPresent(clip, indexOf(clip, m, t, 0))) continue;
      for (let v = 0; v < V; v++) {
        if (!isSeen(m, t, v)) continue;
        turned(indexOf(clip, m, t, v)).forEach((value, c) => {
          low[c] = Math.min(low[c]!, value);
          high[c] = Math.max(high[c]!, value);
        });
      }
    }
  const middle = low.map((value, c) => (Number.isFinite(value) ? (value + high[c]!) / 2 : 0));
  const size = Math.max(1e-6, ...low.map((value, c) => (Number.isFinite(value) ? high[c]! - value : 0)));
  const place = (values: readonly number[]): Point => values.map((value, c) => (value - middle[c]!) / size) as unknown as Point;
  return {
    clip,
    floor: flat || !Number.isFinite(low[1]!) ? null : (low[1]! - middle[1]!) / size,
    at(m, t, v) {
      if (!isPresent(clip, indexOf(clip, m, t, 0)) || !isSeen(m, t, v)) return null;
      return place(turned(indexOf(clip, m, t, v)));
    },
  };
}

/** Side of each joint by the layout's mirror pairs and names: left, right or on the midline. */
export function sidesOf({ joints, mirror }: LayoutJson): ('left' | 'right' | 'middle')[] {
  return joints.map((name, v) => {
    const partner = mirror[v] ?? v;
    if (partner === v) return 'middle';
    const [own, other] = [name, joints[partner] ?? ''];
    if (/right|(^|_)r(_|$)/i.test(own)) return 'right';
    if (/left|(^|_)l(_|$)/i.test(own)) return 'left';
    // Names that say nothing: pairs are listed left first.
    return /right/i.test(other) || v < partner ? 'left' : 'right';
  });
}
