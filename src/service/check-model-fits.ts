import { ModelError } from '../core/errors.js';
import { coded } from '../core/log-codes.js';
import type { Logger } from '../core/logger.js';
import type { ModelManifest } from '../generator/index.js';
import type { Dataset } from '../loader/index.js';

/** What of a data set a model must agree with. */
export type ModelTarget = Pick<Dataset, 'name' | 'split' | 'layout' | 'classes' | 'digest' | 'subset'>;

const list = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')} ... (${names.length})` : names.join(', ');

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

const choiceOf = (digest: string, clipsPerClass?: number, seed?: number): string =>
  `${clipsPerClass === undefined ? 'all' : `clipsPerClass ${clipsPerClass}, subsetSeed ${seed}`}, digest ${digest}`;

/**
 * Makes sure that a model was trained on the very split, layout and classes that it is to be mixed with: a model of another
 * split has seen clips that it must not have, one of other classes gives wrong labels. Where only the clips differ a bit
 * (another digest), it warns; but where some clips of each class are asked for, a model of others is refused: it would bring in
 * what it knows of the clips that were left out.
 *
 * @throws ModelError MODEL_MISMATCH naming the first thing that differs, both values and what to do
 */
export function checkModelFits(manifest: ModelManifest, folder: string, data: ModelTarget, logger: Logger): void {
  const { dataset, layout, classes } = manifest;
  const refuse = (what: string, model: string, wanted: string): never => {
    throw new ModelError(
      'MODEL_MISMATCH',
      `model ${folder} has another ${what} than the data: it was trained with ${model}, the stream has ${wanted}; name a model of ` +
        `${data.name} ${data.split} with --model, train one with "skelmix train all", or set the ratio to 0`,
      { details: { what, model, data: wanted, folder } },
    );
  };
  if (dataset.name !== data.name) refuse('data set', dataset.name, data.name);
  if (dataset.split !== data.split) refuse('split', dataset.split, data.split);
  if (layout.channels !== data.layout.channels)
    refuse('number of channels', String(layout.channels), String(data.layout.channels));
  if (!same(layout.joints, data.layout.joints))
    refuse('joint order', `${layout.name} (${list(layout.joints)})`, `${data.layout.name} (${list(data.layout.joints)})`);
  if (!same(layout.parents, data.layout.parents)) refuse('bone tree', layout.name, data.layout.name);
  if (!same(classes, data.classes)) refuse('list of classes', list(classes), list(data.classes));
  if (dataset.digest === data.digest) return;
  if (data.subset)
    refuse(
      'choice of training clips',
      `${dataset.clips} clips (${choiceOf(dataset.digest, dataset.clipsPerClass, dataset.subsetSeed)})`,
      `a subset (${choiceOf(data.digest, data.subset.clipsPerClass, data.subset.seed)})`,
    );
  else
    logger.warn(
      `model ${folder} was trained on other clips of ${data.name} ${data.split} than these (digest ${dataset.digest}, here ${data.digest}): ` +
        'they may differ in number or preparation',
      coded('MODEL_OTHER_CLIPS'),
    );
}
