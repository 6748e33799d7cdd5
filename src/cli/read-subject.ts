import type { Config } from '../config/index.js';
import type { Clip } from '../core/clip.js';
import type { TrainingSubject } from '../generator/index.js';
import type { CommandContext } from './command-context.js';

/** All clips of a split, with what the manifest of a training says of them. */
export interface ReadSubject extends TrainingSubject {
  /** Who performs each clip, in order, as the data set names people. */
  readonly people: readonly string[];
}

/**
 * Reads every clip of the split that a configuration names, and logs what it is.
 *
 * @throws as `openConfiguredDataset` and the data set's reader
 */
export async function readSubject(config: Config, context: CommandContext): Promise<ReadSubject> {
  const { openConfiguredDataset } = await import('../service/index.js');
  const dataset = await openConfiguredDataset(config, context.logger);
  const clips: Clip[] = [];
  for await (const clip of dataset.clips()) {
    clips.push(clip);
    context.terminal.status(`reading clips ${clips.length}/${dataset.items.length}`);
  }
  context.terminal.status(null);
  const { name, split, simulated, digest, layout, classes, subset } = dataset;
  context.logger.info(
    `${clips.length} ${simulated ? 'SIMULATED' : 'recorded'} clips of ${name} ${split}, ${classes.length} classes, ${layout.joints.length} joints${subset ? `, at most ${subset.clipsPerClass} clips of a class (subset ${subset.seed})` : ''}`,
  );
  const subjects = new Map(dataset.items.map(({ id, subject }) => [id, subject]));
  const chosen = subset ? { clipsPerClass: subset.clipsPerClass, subsetSeed: subset.seed } : {};
  const people = clips.map(({ id }) => subjects.get(id) ?? id);
  return { clips, layout, classes, dataset: { name, split, simulated, digest, ...chosen }, people };
}
