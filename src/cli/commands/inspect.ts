import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import { SkelmixError } from '../../core/errors.js';
import type { ModelManifest } from '../../generator/index.js';
import type { DatasetDescription } from '../../loader/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { formatTable } from '../format-table.js';
import type { Io } from '../io.js';

const SETTINGS = ['split', 'layout', 'clipsPerClass', 'subsetSeed', 'seed'];

interface InspectOptions {
  readonly model?: boolean;
  readonly json?: boolean;
}

/** The names, or the first dozen and how many more there are. */
function shortList(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}

function datasetLines(found: DatasetDescription): string[] {
  const { frames } = found;
  const simulated = found.simulated ? ' (SIMULATED, not recorded)' : '';
  const lines = [
    `data set   ${found.name}${simulated}`,
    `split      ${found.split}; there are ${found.splits.map(({ name, clips }) => `${name} (${clips} clips)`).join(', ')}`,
    `clips      ${found.clips}, ${frames.total} frames at ${found.fps} Hz; frames of a clip: ${frames.min} to ${frames.max}, median ${frames.median}`,
    `layout     ${found.layout}, ${found.joints} joints`,
    `range      ${found.range.map(({ axis, min, max }) => `${axis} ${min.toFixed(2)} to ${max.toFixed(2)}`).join(', ')}`,
    ...(found.subjects.length === 0
      ? []
      : [`people     ${found.subjects.length}: ${shortList(found.subjects.map(({ name, clips }) => `${name} (${clips})`))}`]),
    '',
    ...formatTable(
      ['class', 'name', 'clips'],
      found.classes.map(({ label, name, clips }) => [String(label), name, String(clips)]),
    ),
  ];
  if (found.badClips.length > 0)
    lines.push(
      '',
      `${found.badClips.length} bad clips:`,
      ...found.badClips.map(({ id, code, message }) => `  ${id}: ${code}: ${message}`),
    );
  return lines;
}

function modelLines(manifest: ModelManifest): string[] {
  const { dataset, image } = manifest;
  const lines = [
    `model      ${manifest.name}@${manifest.version}`,
    `trained on ${dataset.name} ${dataset.split}, ${dataset.clips} clips${dataset.clipsPerClass === undefined ? '' : ` (at most ${dataset.clipsPerClass} of a class, subset ${dataset.subsetSeed})`}${dataset.simulated ? ' (SIMULATED, not recorded)' : ''}`,
    `layout     ${manifest.layout.name}, ${manifest.layout.joints.length} joints`,
    `makes      ${image.numFrames} frames at ${image.fps.toFixed(1)} Hz, ${image.maxPersons} person${image.maxPersons > 1 ? 's' : ''}`,
    `classes    ${manifest.classes.join(', ')}`,
  ];
  for (const [kind, { file, architecture, training }] of Object.entries(manifest.networks)) {
    const facts = (record: Readonly<Record<string, unknown>>): string =>
      Object.entries(record)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ');
    lines.push('', `${kind} (${file})`, `  architecture: ${facts(architecture)}`, `  training: ${facts(training)}`);
  }
  const metrics = Object.entries(manifest.metrics);
  if (metrics.length > 0)
    lines.push(
      '',
      ...formatTable(
        ['metric', 'value'],
        metrics.map(([name, value]) => [name, String(value)]),
      ),
    );
  return lines;
}

/** The folder of a model, where the name is that of one: a folder with a manifest, or a bundled one that is no data set. */
async function modelNamed(what: string, config: Config, context: CommandContext): Promise<string | undefined> {
  const { bundledModels, modelFolder, openConfiguredDataset } = await import('../../service/index.js');
  const folder = await modelFolder(what);
  if (folder === what) return (await stat(join(folder, 'manifest.json')).catch(() => undefined)) && folder;
  if (!(await bundledModels()).includes(what)) return undefined;
  // Bundled models are named after data sets: a name alone that opens one means that.
  return openConfiguredDataset({ ...config, data: what }, context.logger).then(
    () => undefined,
    // Another fault, such as an unknown split, is the data set's to tell.
    (error: unknown) => (error instanceof SkelmixError && error.code === 'CONFIG_INVALID' ? folder : undefined),
  );
}

async function inspect(
  what: string | undefined,
  config: Config,
  context: CommandContext,
  options: InspectOptions,
): Promise<void> {
  const show = (facts: object, lines: readonly string[]): void => {
    for (const line of options.json === true ? [JSON.stringify(facts)] : lines) context.print(line);
  };
  const { modelFolder, openConfiguredDataset } = await import('../../service/index.js');
  const name = what ?? config.data;
  const folder =
    name === undefined ? undefined : options.model === true ? await modelFolder(name) : await modelNamed(name, config, context);
  if (folder !== undefined) {
    const { readManifest } = await import('../../generator/index.js');
    const manifest = await readManifest(folder);
    return show(manifest, modelLines(manifest));
  }
  const dataset = await openConfiguredDataset({ ...config, data: name }, context.logger);
  const found = await dataset.describe();
  show(found, datasetLines(found));
}

/** `skelmix inspect [DATA|MODEL]`: what a data set or a model folder holds. */
export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect [what]')
    .description('show what a data set (NAME:PATH, puppet) or a model (folder or name) holds')
    .option('--model', 'take the name for a model, where it also names a data set')
    .option('--json', 'print JSON');
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(
    async (what: string | undefined, options: Record<string, unknown> & InspectOptions) => {
      await withConfig(io, options, SETTINGS, ({ config }, context) => inspect(what, config, context, options));
    },
  );
}
