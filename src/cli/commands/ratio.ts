import type { Command } from 'commander';
import { LiveSettingsSchema } from '../../config/index.js';
import { ConfigError } from '../../core/errors.js';
import { addCommonOptions, createCommandContext } from '../command-context.js';
import { addEndpointOption, curveOf, endpointOf } from '../endpoint-option.js';
import type { Io } from '../io.js';

function parseRatio(text: string): number {
  const parsed = LiveSettingsSchema.shape.ratio.safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (parsed.success) return parsed.data;
  const hint = /^\d+(\.\d+)?%$/.test(text) ? ` (${text} is ${Number.parseFloat(text) / 100})` : '';
  throw new ConfigError(
    'CONFIG_INVALID',
    `ratio is ${JSON.stringify(text)}: expected a number from 0 to 1, the share of synthetic samples${hint}`,
  );
}

async function ratio(text: string | undefined, options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  const { print, logger } = createCommandContext(io, options);
  const value = text === undefined ? undefined : parseRatio(text);
  const { connectControl } = await import('../../transport/index.js');
  const control = await connectControl(endpointOf(options, io), { name: 'skelmix ratio', logger, curve: await curveOf(options) });
  try {
    const before = control.settings.ratio;
    if (value === undefined)
      return print(options.json === true ? JSON.stringify({ ratio: before, rev: control.rev }) : String(before));
    const change = await control.set('ratio', value);
    print(
      options.json === true
        ? JSON.stringify({ before, ratio: change.value, effectiveSeq: change.effectiveSeq, rev: change.rev })
        : `${before} -> ${change.value} from batch ${change.effectiveSeq} on`,
    );
  } finally {
    await control.close();
  }
}

/** `skelmix ratio [VALUE]`: shows or changes the ratio of a running server. */
export function addRatio(program: Command, io: Io): void {
  const command = program
    .command('ratio [value]')
    .description('show the share of synthetic samples of a running server, or change it')
    .option('--json', 'print JSON');
  addCommonOptions(addEndpointOption(command)).action((value: string | undefined, options: Record<string, unknown>) =>
    ratio(value, options, io),
  );
}
