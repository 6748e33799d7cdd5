import { resampleClip } from '../../core/resample-clip.js';
import { centreClip } from '../transforms/centre.js';
import { padPersons } from '../transforms/pad-persons.js';
import { toPlanes } from '../transforms/to-planes.js';
import type { Family } from './family.js';

/**
 * The profile of recognizers that take a fixed number of frames, with nothing random: centre on the first frame's centre joint,
 * resample to `window_size` (64) frames, pad to `num_person` (1) persons, [C, T, V, M].
 */
export const plain: Family = ({ args, layout }) => {
  const T = args.count('window_size', 64);
  const M = args.count('num_person', 1);
  const shape = { K: 1, C: layout.channels, T, V: layout.joints.length, M };
  return {
    shape,
    axes: 'CTVM',
    fields: ['x', 'y', 'index'],
    steps: 'centre/1 resample/1 pad-persons/1',
    prepare(clip) {
      const { id, label, provenance, keypoint, shape: sizes } = padPersons(resampleClip(centreClip(clip, layout.centre), T), M);
      return { id, label, provenance, x: toPlanes(keypoint, sizes), shape: sizes };
    },
    finish: ({ id, label, provenance, x }, _key, origin) => ({ id, x, shape, label, origin, provenance }),
  };
};
