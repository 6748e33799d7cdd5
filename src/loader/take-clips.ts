import { createHash } from 'node:crypto';
import type { BadClipOptions } from './bad-clips.js';
import { chooseClips } from './choose-clips.js';
import type { BodyChoice, Dataset } from './dataset.js';
import { iterateClips } from './datasets/iterate-clips.js';
import { describeDataset } from './describe-dataset.js';
import type { Subset } from './subset.js';

/**
 * The chosen clips of a data set (`chooseClips`) as one by itself, in the same order, with `subset` saying what they are. The digest
 * is another one, unless no clip is left out; `splitSizes` stay those of the whole.
 *
 * @param policy what `clips` does with bad clips
 */
export function takeClips(dataset: Dataset, subset: Subset, policy: BadClipOptions): Dataset {
  const chosen = chooseClips(dataset.items, subset);
  const items = chosen.map((index) => dataset.items[index]!);
  const read = (index: number, bodies?: BodyChoice) => dataset.read(chosen[index]!, bodies);
  const hash = createHash('sha256').update(`${dataset.digest}\n`);
  for (const { id } of items) hash.update(`${id}\n`);
  const part: Omit<Dataset, 'describe'> = {
    ...dataset,
    digest: items.length === dataset.items.length ? dataset.digest : hash.digest('hex').slice(0, 16),
    items,
    subset,
    descriptor: { ...dataset.descriptor, subset },
    read,
    clips: () => iterateClips(items, read, dataset.layout, policy),
  };
  return { ...part, describe: () => describeDataset(part) };
}
