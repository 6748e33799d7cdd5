/** The frames of one body, ascending, and x, y, z of its joints in each of them. */
export interface Track {
  readonly frames: readonly number[];
  readonly joints: readonly Float32Array[];
}

/** A body of fewer frames is noise where there is another one. */
const MIN_FRAMES = 12;
/** A frame is implausible where a body is wider than this share of its height; ghosts (chairs, shadows) are. */
const MAX_WIDTH = 0.8;
/** A body with at least this share of implausible frames is a ghost. */
const MAX_IMPLAUSIBLE = 0.69754;

interface Slot {
  readonly tracks: Track[];
  first: number;
  last: number;
}

/**
 * Chooses the actors of a recording and gives each a slot: the one who moves most comes first. Short tracks and ghosts are left
 * out unless nobody else is there. A track that begins when the one in a slot has ended goes on in that slot, since the sensor
 * gives a person who was lost a new number; tracks that fit nowhere are left out.
 *
 * Source: the denoising of CTR-GCN's data preparation (Chen et al., ICCV 2021; from Zhang et al., HCN/VA-RNN), with what it does that one
 * would not expect: the second slot counts as taken from frame 0 on.
 *
 * @param shared frames that two tracks of one slot may have in common; CTR-GCN's is 1, and the one that moves less counts there
 * @returns up to two slots of tracks
 */
export function chooseActors<T extends Track>(tracks: readonly T[], shared: 0 | 1): readonly (readonly T[])[] {
  if (tracks.length <= 1) return tracks.map((track) => [track]);
  const long = tracks.filter(({ frames }) => frames.length >= MIN_FRAMES);
  const lasting = long.length > 0 ? long : tracks;
  let left = lasting.length;
  const real = lasting.filter((track) => {
    if (left === 1 || 1 - plausible(track).length / track.frames.length < MAX_IMPLAUSIBLE) return true;
    left--;
    return false;
  });
  const actors = real.map((track) => ({ track, motion: motionOf(track) }));
  actors.sort((a, b) => b.motion - a.motion);

  const slots: (Slot & { readonly tracks: T[] })[] = [];
  for (const { track } of actors) {
    const [first, last] = [track.frames[0]!, track.frames.at(-1)!];
    const free = slots.find((slot) => Math.min(last, slot.last) - Math.max(first, slot.first) < shared);
    if (free) {
      free.tracks.push(track);
      free.first = Math.min(free.first, first);
      free.last = Math.max(free.last, last);
    } else if (slots.length < 2) slots.push({ tracks: [track], first: slots.length === 0 ? first : 0, last });
  }
  return slots.map((slot) => slot.tracks);
}

/** The frames in which the body is not too wide for its height. */
function plausible({ joints }: Track): Float32Array[] {
  return joints.filter((frame) => extent(frame, 0) <= MAX_WIDTH * extent(frame, 1));
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

/** How much a body moves: over all its frames, or over those where it is plausible if that is less. */
function motionOf(track: Track): number {
  const all = varianceOf(track.joints);
  const some = plausible(track);
  return some.length === 0 || some.length === track.joints.length ? all : Math.min(all, varianceOf(some));
}

/** Sum over x, y and z of the variance over all frames and joints. */
function varianceOf(frames: readonly Float32Array[]): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    let [count, mean, square] = [0, 0, 0];
    for (const frame of frames)
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
