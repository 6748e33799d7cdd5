import { type Config, isTrainingSplit } from '../config/index.js';
import type { StreamRequest } from '../core/source.js';
import { createProfile, type Dataset, type Profile } from '../loader/index.js';

/**
 * The profile of a stream: the requested one, else the configured one, for the data set's layout; its phase is `train` on a
 * training split, else `test`. Where another profile than the configured one is requested, the configured arguments do not count.
 *
 * @throws ConfigError, DataError as `createProfile`
 */
export function streamProfile(
  { profile }: Pick<Config, 'profile'>,
  { layout, split, space }: Pick<Dataset, 'layout' | 'split' | 'space'>,
  requested: StreamRequest['profile'] = {},
): Profile {
  const name = requested.name ?? profile.name;
  const sizes = name === 'plain' ? { window_size: profile.numFrames, num_person: profile.maxPersons } : {};
  const configured = name === profile.name ? profile.args : {};
  return createProfile({
    name,
    args: { ...sizes, ...configured, ...requested.args },
    layout,
    phase: isTrainingSplit(split) ? 'train' : 'test',
    ...(space === undefined ? {} : { space }),
  });
}
