import { createHash } from 'node:crypto';
import { ConfigError, DataError } from '../../core/errors.js';
import { annotation } from './annotation.js';
import { ctrgcn } from './ctrgcn.js';
import type { Family } from './family.js';
import { kinetics } from './kinetics.js';
import { plain } from './plain.js';
import type { Profile, ProfileOptions } from './profile.js';
import { ProfileArgs } from './profile-args.js';
import { pyskl } from './pyskl.js';
import { skateformer } from './skateformer.js';
import { skateformerUcla } from './skateformer-ucla.js';
import { stgcn } from './stgcn.js';
import { ucla } from './ucla.js';

const FAMILIES = {
  plain,
  'stgcn-ntu': stgcn('stgcn'),
  'agcn-ntu': stgcn('agcn'),
  'msg3d-ntu': stgcn('agcn'),
  'ctrgcn-ntu60': ctrgcn('ntu60'),
  'ctrgcn-ntu120': ctrgcn('ntu120'),
  'ctrgcn-ucla': ucla,
  'infogcn-ntu60': ctrgcn('infogcn'),
  'skateformer-ntu': skateformer,
  'skateformer-ucla': skateformerUcla,
  'stgcn-kinetics': kinetics,
  'pyskl-3d': pyskl(3),
  'pyskl-2d': pyskl(2),
  annotation,
} as const satisfies Readonly<Record<string, Family>>;

/** Names that `createProfile` takes. */
export const PROFILE_NAMES: readonly string[] = Object.keys(FAMILIES);

/**
 * The profile of a recognizer: docs/profiles.md lists them. Arguments are those of the recognizer's own loader; those that name
 * files or machinery are ignored.
 *
 * @throws ConfigError CONFIG_INVALID (a name or an argument that is unknown, a value out of range) with `details.field`; DataError
 * LAYOUT_MISMATCH where the profile needs joints that the layout lacks
 */
export function createProfile(options: ProfileOptions): Profile {
  const { name = 'plain', layout, phase = 'train', space = 'recorded' } = options;
  if (!Object.hasOwn(FAMILIES, name))
    throw new ConfigError('CONFIG_INVALID', `no profile "${name}": give one of ${PROFILE_NAMES.join(', ')}`, {
      details: { field: 'profile.name', got: name, expected: PROFILE_NAMES },
    });
  const args = new ProfileArgs(name, options.args ?? {});
  const own = (FAMILIES as Readonly<Record<string, Family>>)[name]!({ name, args, layout, phase, space });
  args.finish();
  const { shape, axes, fields, extras = [], bodies = 'actors', steps, finish, partnerOf } = own;
  const { joints, parents, centre, mirror, channels } = layout;
  const deciding = [
    name,
    steps,
    bodies,
    phase,
    space,
    args.resolved,
    shape,
    axes,
    layout.name,
    channels,
    joints,
    parents,
    centre,
    mirror,
  ];
  return {
    options,
    name,
    phase,
    args: args.resolved,
    shape,
    axes,
    fields,
    extras,
    bodies,
    digest: createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, 16),
    prepare(clip) {
      const { V, C, T } = clip.shape;
      if (clip.layout !== layout.name || V !== joints.length || C !== channels)
        throw new DataError(
          'LAYOUT_MISMATCH',
          `clip ${clip.id} has ${V} joints of ${C} coordinates ("${clip.layout}"), the profile expects ${joints.length} of ${channels} ("${layout.name}")`,
          { details: { clip: clip.id, got: clip.layout, expected: layout.name } },
        );
      if (T === 0) throw new DataError('CLIP_EMPTY', `clip ${clip.id} has no frames`, { details: { clip: clip.id } });
      return own.prepare(clip);
    },
    finish,
    ...(partnerOf ? { partnerOf } : {}),
  };
}
