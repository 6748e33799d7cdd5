import type { NtuBody } from './ntu-skeleton.js';

/** A body of fewer frames is noise where there is another one. */
const MIN_FRAMES = 12;
/** A frame is implausible where a body is wider than this share of its height; ghosts (chairs, shadows) are. */
const MAX_WIDTH = 0.8;
/** A body with at least this share of implausible frames is a ghost. */
const MAX_IMPLAUSIBLE = 0.69754;

/**
 * Chooses the actors of a recording and gives each a slot: the one who moves most comes first. Short tracks and ghosts are left
 * out unless nobody else is there. A track that begins when the one in a slot has ended goes on in that slot, since the sensor
 * gives a person who was lost a new number; tracks that fit nowhere are left out. Bodies keep their frame numbers.
 *
 * Source: the denoising of CTR-GCN's data preparation (Chen et al., ICCV 2021; from Zhang et al., HCN/VA-RNN); unlike there, gaps
 * within a track stay gaps.
 *
 * @returns up to two slots of tracks
 */
export function chooseActors(bodies: readonly NtuBody[]): readonly (readonly NtuBody[])[] {
  if (bodies.length <= 1) return bodies.map((body) => [body]);
  const long = bodies.filter(({ frames }) => frames.length >= MIN_FRAMES);
  const lasting = long.length > 0 ? long : bodies;
  const real = lasting.filter((body) => implausible(body) < MAX_IMPLAUSIBLE);
  const actors = (real.length > 0 ? real : lasting).map((body) => ({ body, motion: motionOf(body) }));
  actors.sort((a, b) => b.motion - a.motion);

  const slots: { tracks: NtuBody[]; first: number; last: number }[] = [];
  for (const { body } of actors) {
    const [first, last] = [body.frames[0]!, body.frames.at(-1)!];
    const free = slots.find((slot) => last < slot.first || first > slot.last);
    if (slots.length === 0 || (!free && slots.length === 1)) slots.push({ tracks: [body], first, last });
    else if (free) {
      free.tracks.push(body);
      free.first = Math.min(free.first, first);
      free.last = Math.max(free.last, last);
    }
  }
  return slots.map(({ tracks }) => tracks);
}

/** Share of the frames in which the body is too wide for its height. */
function implausible({ joints }: NtuBody): number {
  const wide = joints.filter((frame) => extent(frame, 0) > MAX_WIDTH * extent(frame, 1));
  return wide.length / joints.length;
}

function extent(frame: Float32Array, axis: number): number {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < frame.length; i += 3) {
    min = Math.min(min, frame[i]!);
    max = Math.max(max, frame[i]!);
  }
  return max - min;
}

/** Sum over x, y and z of the variance over all frames and joints. */
function motionOf({ joints }: NtuBody): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [count, mean, square] = [0, 0, 0];
    for (const frame of joints)
      for (let i = axis; i < frame.length; i += 3) {
        count++;
        const off = frame[i]! - mean;
        mean += off / count;
        square += off * (frame[i]! - mean);
      }
    sum += square / count;
  }
  return Number.isNaN(sum) ? 0 : sum;
}
