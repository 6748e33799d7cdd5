import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Config, nearestName } from '../../config/index.js';
import type { Clip } from '../../core/clip.js';
import { ConfigError } from '../../core/errors.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { CLIP_FORMATS, CLIP_WRITERS, type ClipFormat } from '../export/writers.js';
import type { Io } from '../io.js';
import { parseCount } from '../parse-count.js';
import { formatDuration, progressText } from '../progress-text.js';

const SETTINGS = [
  'data',
  'layout',
  'seed',
  'loader.onError',
  'generator.model',
  'generator.preset',
  'generator.sampler',
  'generator.steps',
  'generator.classifierFreeScale',
].concat(
  [
    'classifierFreeSpread',
    'classifierFreeInterval',
    'eta',
    'classifierScale',
    'interval',
    'groupSize',
    'sensorNoise',
    'projectBones',
    'variation',
    'augmentSource',
  ].map((key) => `generator.${key}`),
  'engine',
);

interface GenerateOptions {
  readonly out: string;
  readonly count?: number;
  readonly classes?: string;
  readonly firstIndex: number;
  readonly format: ClipFormat;
}

/** Class numbers of a list of names and numbers, all classes without a list. */
function classNumbers(list: string | undefined, classes: readonly string[]): number[] {
  if (list === undefined) return classes.map((_, label) => label);
  return list.split(',').map((word) => {
    const name = word.trim();
    const label = classes.includes(name) ? classes.indexOf(name) : /^\d+$/.test(name) ? Number(name) : -1;
    if (label >= 0 && label < classes.length) return label;
    const near = nearestName(name, classes);
    throw new ConfigError(
      'CONFIG_INVALID',
      `--classes names ${JSON.stringify(name)}, which is no class of the model${near ? `; did you mean "${near}"?` : ''} ` +
        `It has ${classes.length}: ${classes.join(', ')} (or 0 to ${classes.length - 1})`,
    );
  });
}

async function generate(config: Config, options: GenerateOptions, context: CommandContext): Promise<void> {
  const { generatorOptions, modelFolder, openModelData, readSources } = await import('../../service/index.js');
  const { readManifest, startGeneratorWorker } = await import('../../generator/index.js');
  if (config.generator.model === undefined)
    throw new ConfigError(
      'CONFIG_INVALID',
      'generator.model is missing: name a model with --model, a folder or a bundled one, e.g. puppet',
    );
  const folder = await modelFolder(config.generator.model);
  const worker = generatorOptions(config, folder);
  const readTrainingClips = async () => {
    const manifest = await readManifest(folder);
    return readSources(config, await openModelData(config, manifest, folder, context.logger), manifest, context.logger);
  };
  const sources = worker.settings.variation === 0 ? undefined : await readTrainingClips();
  const generator = await startGeneratorWorker({ ...worker, sources }, context.logger);
  try {
    const { manifest, groupSize } = generator;
    const labels = classNumbers(options.classes, manifest.classes);
    const count = options.count ?? labels.length;
    const began = performance.now();
    const clips: Clip[] = [];
    while (clips.length < count) {
      const group = Array.from(
        { length: Math.min(groupSize, count - clips.length) },
        (_, i) => labels[(clips.length + i) % labels.length]!,
      );
      clips.push(...(await generator.generate(group, options.firstIndex + clips.length)));
      context.terminal.status(progressText('generating', clips.length, count, performance.now() - began));
    }
    context.terminal.status(null);
    const path = resolve(context.io.cwd, options.out);
    const { classes, layout } = manifest;
    await CLIP_WRITERS[options.format](path, { clips, classes, layout });
    const elapsedMs = performance.now() - began;
    const simulated = manifest.dataset.simulated ? ' learnt from SIMULATED people' : '';
    context.logger.info(
      `${count} clips of ${manifest.name}@${manifest.version}${simulated} in ${formatDuration(elapsedMs)} ` +
        `(${((count * 1000) / elapsedMs).toFixed(1)} a second, engine ${generator.engine})`,
    );
    context.print(options.out);
  } finally {
    context.terminal.status(null);
    await generator.close();
  }
}

/** `skelmix generate`: synthetic clips into a file that training loops read. */
export function addGenerate(program: Command, io: Io): void {
  const command = program
    .command('generate')
    .description(
      'make synthetic clips and write them to a file: npz (keypoints [N,M,T,V,C], labels, ids, names), or what CTR-GCN or PYSKL reads',
    )
    .requiredOption('--out <file>', 'the file to write')
    .addOption(
      new Option(
        '--format <form>',
        "npz: skelmix' own; ctrgcn-npz: CTR-GCN, HD-GCN, infogcn, SkateFormer; pyskl-pkl: PYSKL, MMAction2",
      )
        .choices(CLIP_FORMATS)
        .default('npz'),
    )
    .option('--count <clips>', 'how many (default: one of each class)', parseCount('--count', 1))
    .option('--classes <list>', 'names or numbers of classes, in turn (default: all)')
    .option(
      '--first-index <index>',
      'index of the first clip; a clip is a function of seed and index',
      parseCount('--first-index', 0),
      0,
    );
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(async (options: Record<string, unknown> & GenerateOptions) => {
    await withConfig(io, options, SETTINGS, ({ config }, context) => generate(config, options, context));
  });
}
