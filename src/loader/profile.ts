import { createHash } from 'node:crypto';
import type { Clip } from '../core/clip.js';
import { ConfigError, DataError } from '../core/errors.js';
import type { Layout } from '../core/layout.js';
import { resampleClip } from '../core/resample-clip.js';
import type { Origin, Sample, SampleShape } from '../core/sample.js';
import { centreClip } from './transforms/centre.js';
import { padPersons } from './transforms/pad-persons.js';
import { toSample } from './transforms/to-sample.js';

/** What decides a profile. Plain data: a worker makes the same profile from it. */
export interface ProfileOptions {
  /** T of the samples. */
  readonly numFrames: number;
  /** M of the samples. */
  readonly maxPersons: number;
  /** Layout of the clips that come in. */
  readonly layout: Layout;
}

/** The transforms that make samples for a recognizer out of clips, real and synthetic alike. */
export interface Profile {
  readonly options: ProfileOptions;
  /** Shape of every sample. */
  readonly shape: SampleShape;
  /** Changes when samples would come out differently. */
  readonly digest: string;
  /**
   * One sample from a clip; pure, copies.
   * @throws DataError LAYOUT_MISMATCH, CLIP_EMPTY
   */
  apply(clip: Clip, origin: Origin): Sample;
}

/** Names of the steps with their version, for the digest. */
const STEPS = 'centre/1 resample/1 pad-persons/1';

/**
 * The profile of recognizers that take a fixed number of frames: centre on the first frame's centre joint, resample to
 * `numFrames`, pad to `maxPersons`, [C, T, V, M].
 *
 * @throws ConfigError CONFIG_INVALID (sizes that are no positive whole numbers)
 */
export function createProfile(options: ProfileOptions): Profile {
  const { numFrames, maxPersons, layout } = options;
  for (const [name, value] of Object.entries({ numFrames, maxPersons }))
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError('CONFIG_INVALID', `${name} must be a whole number of at least 1, got ${value}`, {
        details: { [name]: value },
      });
  const shape: SampleShape = { C: layout.channels, T: numFrames, V: layout.joints.length, M: maxPersons };
  const words = `${STEPS} ${numFrames} ${maxPersons} ${layout.name} ${layout.joints.join()} ${layout.centre}`;
  return {
    options,
    shape,
    digest: createHash('sha256').update(words).digest('hex').slice(0, 16),
    apply(clip, origin) {
      if (clip.layout !== layout.name || clip.shape.V !== shape.V || clip.shape.C !== shape.C)
        throw new DataError(
          'LAYOUT_MISMATCH',
          `clip ${clip.id} has ${clip.shape.V} joints of ${clip.shape.C} coordinates ("${clip.layout}"), the profile expects ${shape.V} of ${shape.C} ("${layout.name}")`,
          { details: { clip: clip.id, got: clip.layout, expected: layout.name } },
        );
      if (clip.shape.T === 0) throw new DataError('CLIP_EMPTY', `clip ${clip.id} has no frames`, { details: { clip: clip.id } });
      return toSample(padPersons(resampleClip(centreClip(clip, layout.centre), numFrames), maxPersons), origin);
    },
  };
}
