import type { Command } from 'commander';
import type { Config } from '../../config/index.js';
import { ConfigError, DataError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { CheckReport } from '../../loader/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { EarlyExit } from '../early-exit.js';
import { formatTable } from '../format-table.js';
import type { Io } from '../io.js';
import { parseCount } from '../parse-count.js';

const SETTINGS = ['layout', 'loader.onError'];
/** A table has room for so many splits; all are in the JSON. */
const MAX_COLUMNS = 6;
/** What is odd is told of so many clips; all are in the JSON. */
const MAX_FLAWS = 20;

/** Exit code where something can't be used, that of `DataError`. */
const BAD_EXIT = 3;

interface CheckCommandOptions {
  readonly json?: boolean;
  readonly maxBad?: number;
}

function reportLines(report: CheckReport): string[] {
  const { frames, splits, classes, bad, flaws } = report;
  const columns = splits.slice(0, MAX_COLUMNS).map(({ name }) => name);
  const rows = classes.map(({ label, name, clips, splits: own }) => [
    String(label),
    name,
    String(clips),
    ...columns.map((split) => String(own[split] ?? 0)),
  ]);
  const more = splits.length > MAX_COLUMNS ? ` and ${splits.length - MAX_COLUMNS} more (--json lists all)` : '';
  return [
    `data set   ${report.spec}`,
    `clips      ${report.clips} good, ${bad.length} bad; ${frames.total} frames at ${Number(report.fps.toFixed(2))} Hz, ${frames.min} to ${frames.max} in a clip, median ${frames.median}`,
    `layout     ${report.layout}, ${report.joints} joints`,
    `persons    ${report.persons.map(({ persons, clips }) => `${persons} in ${clips} clips`).join(', ')}`,
    `splits     ${splits
      .slice(0, MAX_COLUMNS)
      .map(({ name, clips }) => `${name} ${clips}`)
      .join(', ')}${more}`,
    ...report.leftOut.map(({ reason, clips }) => `left out   ${clips}: ${reason}`),
    '',
    ...formatTable(['class', 'name', 'clips', ...columns], rows),
    ...(flaws.length > 0 ? ['', `${flaws.length} odd clips, which are used:`] : []),
    ...flaws.slice(0, MAX_FLAWS).map(({ id, flaw }) => `  ${id}: ${flaw}`),
    ...(flaws.length > MAX_FLAWS ? [`  and ${flaws.length - MAX_FLAWS} more (--json lists all)`] : []),
    ...(bad.length > 0 ? ['', `${bad.length} bad files:`] : []),
    ...bad.map(({ id, code, message }) => `  ${id}: ${code}: ${message}`),
  ];
}

async function check(
  what: string | undefined,
  config: Config,
  options: CheckCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { checkDataset, loadLayout } = await import('../../loader/index.js');
  const spec = what ?? config.data;
  if (spec === undefined) throw new ConfigError('CONFIG_INVALID', 'name what to check: a path, or NAME:PATH');
  if (/^puppet(:|$)/.test(spec))
    throw new ConfigError('CONFIG_INVALID', 'puppet is simulated: there are no files to check; see "skelmix inspect puppet"');
  const layout = config.layout === undefined ? {} : { layout: await loadLayout(config.layout) };
  const report = await checkDataset(spec, {
    ...layout,
    onProgress: (done, total) => context.terminal.status(`reading clips ${done}/${total}`),
  });
  context.terminal.status(null);
  for (const line of options.json === true ? [JSON.stringify(report)] : reportLines(report)) context.print(line);
  const bad = report.bad.length;
  if (bad === 0) return;
  if (config.loader.onError === 'throw') throw new EarlyExit(BAD_EXIT);
  const most = options.maxBad ?? Math.max(1, Math.floor(report.files / 10));
  if (bad > most)
    throw new DataError(
      'TOO_MANY_BAD_FILES',
      `${bad} of ${report.files} clips can't be used, more than the ${most} that may be left out (--max-bad)`,
      { details: { bad, maxBadClips: most, size: report.files } },
    );
  context.logger.warn(`${bad} of ${report.files} clips are bad; up to ${most} may be left out`, coded('CLIPS_BAD'));
}

/** `skelmix check PATH|SPEC`: reads everything and says what is bad, odd and left out. */
export function addCheck(program: Command, io: Io): void {
  const command = program
    .command('check [what]')
    .description(
      'read every clip of a data set (a path, or NAME:PATH): counts, and every bad file with its reason; exit code 3 if any is bad',
    )
    .option('--json', 'print JSON')
    .option('--max-bad <clips>', 'with --on-error skip: so many may be bad (default: a tenth)', parseCount('--max-bad', 0));
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(
    async (what: string | undefined, options: Record<string, unknown> & CheckCommandOptions) => {
      await withConfig(io, options, SETTINGS, ({ config }, context) => check(what, config, options, context));
    },
  );
}
