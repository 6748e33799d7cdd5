import { createHash } from 'node:crypto';
import { silentLogger } from '../../core/logger.js';
import { createBadClips } from '../bad-clips.js';
import type { BodyChoice, Dataset, DatasetItem } from '../dataset.js';
import { describeDataset } from '../describe-dataset.js';
import type { OpenOptions } from '../open-options.js';
import { iterateClips } from './iterate-clips.js';
import type { Recordings } from './recordings.js';
import { resolveSplit } from './resolve-split.js';

/**
 * One split of recordings as a data set. The items keep what is known of a clip (subject, view, setup) and lose what only
 * the reading needs.
 *
 * @param spec spec that opens the same again, in a worker
 * @throws DataError SPLIT_UNKNOWN; the error of a rejected file, under `onError: 'throw'`
 */
export function selectSplit<Item extends DatasetItem>(recordings: Recordings<Item>, spec: string, options: OpenOptions): Dataset {
  const { name, layout, classes, fps, space, splits, items: all, rejected } = recordings;
  const known = Object.fromEntries(Object.entries(splits).map(([own, { aliases = [] }]) => [own, aliases]));
  const split = resolveSplit(options.split, name, known);
  const policy = createBadClips(all.length + rejected.length, options);
  for (const [index, { id, error }] of rejected.entries()) policy.report(index, id, error);
  const logger = options.logger ?? silentLogger;
  for (const { reason, ids } of recordings.leftOut)
    logger.info(`${ids.length} clips of ${name} are left out: ${reason}`, { clips: ids.slice(0, 100) });

  const chosen = all.filter((item) => splits[split]!.has(item));
  const items = chosen.map(({ id, label, subject, view, setup }): DatasetItem => {
    const facts = { ...(subject === undefined ? {} : { subject }), ...(view === undefined ? {} : { view }) };
    return { id, label, ...facts, ...(setup === undefined ? {} : { setup }) };
  });
  const hash = createHash('sha256').update(`${name} ${split} ${layout.name}\n`);
  for (const item of chosen) hash.update(`${recordings.fingerprint(item)}\n`);
  const read = (index: number, bodies?: BodyChoice) => recordings.read(chosen[index]!, bodies);
  const sizes = Object.entries(splits).map(([own, { has }]) => [own, all.filter(has).length] as const);
  const dataset: Omit<Dataset, 'describe'> = {
    name,
    simulated: false,
    split,
    splitSizes: Object.fromEntries(sizes),
    layout,
    classes,
    digest: hash.digest('hex').slice(0, 16),
    fps,
    ...(space === undefined ? {} : { space }),
    items,
    descriptor: { spec, split, seed: options.seed ?? 0, layout },
    read,
    clips: () => iterateClips(items, read, layout, options),
  };
  return { ...dataset, describe: () => describeDataset(dataset) };
}
