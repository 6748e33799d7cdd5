import type { Clip } from '../core/clip.js';
import type { Layout } from '../core/layout.js';
import { resampleClip } from '../core/resample-clip.js';
import { boneVariationOf, projectedBoneVariationOf } from '../generator/gate/bone-variation.js';
import { jitterOf } from '../generator/gate/jitter.js';
import type { ImageSpec } from '../generator/model/manifest.js';
import { clipToImage } from '../generator/representation.js';
import type { Evaluator } from './evaluator.js';
import type { Judgement } from './judgement.js';
import { limitPersons } from './limit-persons.js';
import { footSpeedOf, type Upwards } from './metrics/foot-speed.js';
import { nearestDistance } from './metrics/nearest-distance.js';

/** What is measured of each clip by itself; lists in the order of the clips. */
export interface Measured {
  readonly labels: readonly number[];
  readonly jitter: readonly number[];
  readonly boneVariation: readonly number[];
  readonly boneVariationProjected: readonly number[];
  /** NaN where no foot is ever down; all NaN where the layout names no feet. */
  readonly footSpeed: readonly number[];
  /** Distance to the nearest training clip, in the clips' units (root mean square over joints' coordinates). */
  readonly nearest: readonly number[];
  /** What each judge says, by its name. */
  readonly judged: Readonly<Record<string, readonly Judgement[]>>;
}

/** What clips are measured with. */
export interface Instruments {
  readonly layout: Layout;
  /** The model's image form: its frame count, rate, scale and persons are those of every measurement. */
  readonly image: ImageSpec;
  /** Undefined where feet can't be measured. */
  readonly up: Upwards | undefined;
  /** Images of the training clips. */
  readonly references: readonly Float32Array[];
  readonly judges: Readonly<Record<string, Evaluator>>;
}

/** The clip as the model would hold it: its persons and frame count, so that recorded and sampled clips are measured alike. */
export function inModelForm(clip: Clip, image: ImageSpec): Clip {
  return resampleClip(limitPersons(clip, image.maxPersons), image.numFrames);
}

/** What is special about clips that are measured. */
export interface MeasuredAs {
  /** They are the training clips, in the order of `references`: each is held against the others. */
  readonly references?: boolean;
  /** The same clips before their bones were given one length, for the raw variation of bones. */
  readonly raw?: readonly Clip[];
}

/** Measures clips one by one. */
export async function measureClips(
  clips: readonly Clip[],
  { layout, image, up, references, judges }: Instruments,
  as: MeasuredAs = {},
): Promise<Measured> {
  const alike = clips.map((clip) => inModelForm(clip, image));
  const judged: Record<string, readonly Judgement[]> = {};
  for (const [name, judge] of Object.entries(judges)) judged[name] = await judge.judge(clips);
  return {
    labels: clips.map(({ label }) => label),
    jitter: alike.map(jitterOf),
    boneVariation: (as.raw ?? alike).map((clip) => boneVariationOf(clip, layout)),
    boneVariationProjected: alike.map((clip) => projectedBoneVariationOf(clip, layout)),
    footSpeed: alike.map((clip) => (up ? footSpeedOf(clip, layout, up, image.fps) : Number.NaN)),
    nearest: alike.map(
      (clip, i) => image.scale * nearestDistance(clipToImage(clip, layout, image).image, references, as.references ? i : -1),
    ),
    judged,
  };
}

/** Several sets as one, in order. */
export function joinMeasured(sets: readonly Measured[]): Measured {
  const join = <K extends Exclude<keyof Measured, 'judged'>>(key: K): readonly number[] => sets.flatMap((set) => set[key]);
  const names = Object.keys(sets[0]?.judged ?? {});
  return {
    labels: join('labels'),
    jitter: join('jitter'),
    boneVariation: join('boneVariation'),
    boneVariationProjected: join('boneVariationProjected'),
    footSpeed: join('footSpeed'),
    nearest: join('nearest'),
    judged: Object.fromEntries(names.map((name) => [name, sets.flatMap((set) => set.judged[name]!)])),
  };
}
