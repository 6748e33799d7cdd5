import { createHash } from 'node:crypto';
import type { Clip } from '../../../core/clip.js';
import { ConfigError, DataError } from '../../../core/errors.js';
import type { Dataset, DatasetItem } from '../../dataset.js';
import { describeDataset } from '../../describe-dataset.js';
import { loadLayout } from '../../load-layout.js';
import type { OpenOptions } from '../../open-options.js';
import { iterateClips } from '../iterate-clips.js';
import { resolveSplit } from '../resolve-split.js';
import { ACTIONS } from './actions/actions.js';
import { PUPPET_FPS, simulateClip } from './simulate-clip.js';
import { createPerson, type Person } from './style.js';

const NAME = 'puppet';
/** Changes when the same seed simulates other clips than before. */
const VERSION = 1;
const LAYOUT = 'utd-mhad';
const DEFAULT_CLIPS_PER_CLASS = 40;
const MAX_CLIPS_PER_CLASS = 100_000;
/** Simulated people of each split; no person is in both. */
const PEOPLE: Readonly<Record<string, number>> = { train: 24, val: 12 };

interface Performance extends DatasetItem {
  readonly person: number;
  /** Number of the clip within its class. */
  readonly take: number;
}

/**
 * Opens **puppet**: simulated people of different build and manner who wave, walk, sit down and so on, in the layout and the
 * camera space of UTD-MHAD. For trying things out without data, and for tests. Clips are simulated when they are read and
 * are a pure function of (seed, split, class, number), so more clips a class leave the first ones as they were.
 *
 * @param count clips of each class in `train`, as text; default 40. `val` has half as many
 * @throws ConfigError CONFIG_INVALID (count); DataError SPLIT_UNKNOWN, LAYOUT_MISMATCH
 */
export async function openPuppet(count: string, spec: string, options: OpenOptions): Promise<Dataset> {
  const split = resolveSplit(options.split, NAME, { train: [], val: ['test'] });
  const perClass = parseCount(count, spec);
  const layout = options.layout ?? (await loadLayout(LAYOUT));
  const own = await loadLayout(LAYOUT);
  const unknown = layout.joints.filter((joint) => !own.joints.includes(joint));
  if (layout.channels !== 3 || unknown.length > 0)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `puppet has the joints of "${LAYOUT}" in 3-D, the layout "${layout.name}" asks for ${unknown.join(', ') || '2-D'}`,
    );
  const seed = options.seed ?? 0;
  const sizes: Record<string, number> = { train: perClass, val: Math.ceil(perClass / 2) };

  const performances: Performance[] = ACTIONS.flatMap(({ name }, label) =>
    Array.from({ length: sizes[split]! }, (_, take) => {
      const person = (take + label * 5) % PEOPLE[split]!;
      const id = `${split}-${name.replaceAll(' ', '-')}-${String(take).padStart(3, '0')}`;
      return { id, label, subject: `${split}-${person}`, person, take };
    }),
  );
  const people = new Map<number, Person>();
  const personOf = (number: number): Person => {
    const person = people.get(number) ?? createPerson(seed, split, number);
    people.set(number, person);
    return person;
  };
  const read = async (index: number): Promise<Clip> => {
    const { id, label, person, take } = performances[index]!;
    const { keypoint, T } = simulateClip({
      person: personOf(person),
      action: ACTIONS[label]!,
      layout,
      key: [seed, split, ACTIONS[label]!.name, take],
    });
    return {
      id,
      keypoint,
      shape: { M: 1, T, V: layout.joints.length, C: 3 },
      label,
      layout: layout.name,
      fps: PUPPET_FPS,
      provenance: { kind: 'simulated', dataset: NAME, seed, index },
    };
  };
  const items = performances.map(({ id, label, subject }) => ({ id, label, subject }));
  const dataset: Omit<Dataset, 'describe'> = {
    name: NAME,
    simulated: true,
    split,
    splitSizes: { train: ACTIONS.length * sizes.train!, val: ACTIONS.length * sizes.val! },
    layout,
    classes: ACTIONS.map(({ name }) => name),
    digest: createHash('sha256')
      .update(`${NAME} ${VERSION} ${split} ${seed} ${perClass} ${layout.name}`)
      .digest('hex')
      .slice(0, 16),
    fps: PUPPET_FPS,
    items,
    descriptor: { spec, split, seed, layout },
    read,
    clips: () => iterateClips(items, read, layout, options),
  };
  return { ...dataset, describe: () => describeDataset(dataset) };
}

function parseCount(count: string, spec: string): number {
  if (count === '') return DEFAULT_CLIPS_PER_CLASS;
  const value = Number(count);
  if (!/^\d+$/.test(count) || value < 1 || value > MAX_CLIPS_PER_CLASS)
    throw new ConfigError(
      'CONFIG_INVALID',
      `"${spec}": clips for each class must be a whole number from 1 to ${MAX_CLIPS_PER_CLASS}, got "${count}"`,
      {
        details: { spec, count },
      },
    );
  return value;
}
