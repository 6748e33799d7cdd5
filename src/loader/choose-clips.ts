import { hashKey, keyedRandom } from '../core/random.js';
import type { DatasetItem } from './dataset.js';
import type { Subset } from './subset.js';

/**
 * Chooses up to `clipsPerClass` clips of each class: a pure function of the seed and of the clips' ids, classes and subjects,
 * whatever their order. Subjects take turns, class after class from the next one on, so that each has about as many clips, within
 * a class and overall; without subjects any clip is as good. A smaller choice with the same seed is a part of a larger one.
 *
 * @returns indices into `items`, rising
 */
export function chooseClips(
  items: readonly Pick<DatasetItem, 'id' | 'label' | 'subject'>[],
  { clipsPerClass, seed }: Subset,
): number[] {
  const subjects = [...new Set(items.map(({ subject = '' }) => subject))].sort();
  keyedRandom(seed, 'subset subjects').shuffle(subjects);
  const ranks = new Map(items.map(({ id }) => [id, hashKey(seed, 'subset clip', id)]));
  const chosen: number[] = [];
  for (const label of new Set(items.map((item) => item.label))) {
    const indices = items.flatMap((item, index) => (item.label === label ? [index] : []));
    const queues = subjects.map((_, turn) => {
      const subject = subjects[(turn + label) % subjects.length]!;
      return indices
        .filter((index) => (items[index]!.subject ?? '') === subject)
        .sort((a, b) => ranks.get(items[a]!.id)! - ranks.get(items[b]!.id)! || (items[a]!.id < items[b]!.id ? -1 : 1));
    });
    const rounds = Math.max(...queues.map((queue) => queue.length));
    const inTurn = Array.from({ length: rounds }, (_, round) => queues.flatMap((queue) => queue.slice(round, round + 1))).flat();
    chosen.push(...inTurn.slice(0, clipsPerClass));
  }
  return chosen.sort((a, b) => a - b);
}
