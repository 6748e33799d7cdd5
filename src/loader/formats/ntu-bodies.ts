import type { BodyChoice } from '../dataset.js';
import { chooseActors, type Track } from './ntu-actors.js';
import type { NtuBody, NtuRecording } from './ntu-skeleton.js';

/** Persons of a clip, each out of the tracks that stand in its place; of two tracks in one frame the later one counts. */
export interface ArrangedBodies {
  readonly slots: readonly (readonly Track[])[];
  /** Frame of the recording that the clip begins at; what comes before holds nobody. */
  readonly first: number;
  /** Places for persons, where that is more than slots. */
  readonly places?: number;
}

/**
 * Who of the bodies in a recording becomes a person of the clip.
 *
 * - `actors`: `chooseActors`; bodies keep their frame numbers.
 * - `ctrgcn`: the same as CTR-GCN's preparation has it: frames without any body don't count, and the frames of a body follow each other
 *   from its first one, so that gaps close up (`get_raw_skes_data.py`, `get_raw_denoised_data.py`).
 * - `pyskl`: nearly the same; two tracks of one person share no frame, and where the first person is not there at the beginning the second
 *   comes first (`tools/data/ntu_preproc.py`).
 * - `stgcn`: the first two bodies of each frame, whoever they are (`tools/utils/ntu_read_skeleton.py`).
 * - `agcn`: the first four of each frame, of whom 2s-AGCN's preparation later takes two (`data_gen/ntu_gendata.py`).
 *
 * The first frame is the first that holds somebody, but for the last two, which keep the empty ones before it.
 *
 * @returns no slots where nobody was tracked
 */
export function arrangeBodies({ bodies }: NtuRecording, choice: BodyChoice): ArrangedBodies {
  if (bodies.length === 0) return { slots: [], first: 0 };
  if (choice === 'stgcn') return { slots: byPlace(bodies, 2), first: 0 };
  if (choice === 'agcn') return { slots: byPlace(bodies, 4), first: 0 };
  const slots = chooseActors(choice === 'actors' ? bodies : closeGaps(bodies), choice === 'pyskl' ? 0 : 1);
  const first = Math.min(...slots.map(beginOf));
  if (choice === 'pyskl') {
    const late = slots.length > 1 && beginOf(slots[0]!) > first;
    return { slots: late ? [...slots].reverse() : slots, first };
  }
  // Tracks of one person that follow each other count as two actors there, of whom one is never there.
  const halves = slots.length === 1 && slots[0]!.length > 1;
  return { slots, first, ...(halves && choice === 'ctrgcn' ? { places: 2 } : {}) };
}

const beginOf = (slot: readonly Track[]): number => Math.min(...slot.map(({ frames }) => frames[0]!));

/** A slot for each place in the frames up to `most`. */
function byPlace(bodies: readonly NtuBody[], most: number): readonly (readonly Track[])[] {
  const slots: { frames: number[]; joints: Float32Array[] }[] = [];
  for (const { frames, places, joints } of bodies)
    for (const [i, place] of places.entries()) {
      if (place >= most) continue;
      while (slots.length <= place) slots.push({ frames: [], joints: [] });
      slots[place]!.frames.push(frames[i]!);
      slots[place]!.joints.push(joints[i]!);
    }
  return slots.map((slot) => [slot]);
}

/** Bodies whose frames follow each other, numbered by the frames that hold any body. */
function closeGaps(bodies: readonly NtuBody[]): Track[] {
  const held = [...new Set(bodies.flatMap(({ frames }) => frames))].sort((a, b) => a - b);
  const numbers = new Map(held.map((frame, number) => [frame, number]));
  return bodies.map(({ frames, joints }) => {
    const first = numbers.get(frames[0]!)!;
    return { frames: frames.map((_, i) => first + i), joints };
  });
}
