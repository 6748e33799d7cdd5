import { type Command, Option } from 'commander';
import { FIELDS, type Field, type ResolvedConfig, readConfigFile, resolveConfig } from '../config/index.js';
import type { Io } from './io.js';

/** Which settings a command takes as flags: by full path (`engine.threads`), or all of a section (`engine`). */
export type SettingNames = readonly string[];

const GROUPS: Readonly<Record<string, string>> = {
  top: 'Data and stream:',
  batch: 'Batches:',
  profile: 'Batches:',
  mix: 'Mixing:',
};

function optionsOf(field: Field): Option[] {
  const value = field.kind === 'boolean' ? '[true|false]' : `<${field.choices?.join('|') ?? field.kind}>`;
  const shown = field.flags.at(-1)!;
  return field.flags.flatMap((flag) => {
    const also = flag === shown && field.flags.length > 1 ? `; also --${field.flags[0]}` : '';
    const option = new Option(`--${flag} ${value}`, `${field.description} (default: ${field.defaultText}${also})`);
    const positive = option.hideHelp(flag !== shown);
    return field.kind === 'boolean' ? [positive, new Option(`--no-${flag}`).hideHelp()] : [positive];
  });
}

const fieldsOf = (names: SettingNames): readonly Field[] =>
  FIELDS.filter((field) => names.includes(field.path) || names.includes(field.keys[0]!));

/** Adds `--config`, `--print-config` and a flag for each named setting. */
export function addConfigOptions(command: Command, names: SettingNames): Command {
  command.option('--config <file>', 'configuration file (default: skelmix.json or skelmix.config.json where there is one)');
  command.option('--print-config', 'show every setting and where it came from, then end');
  for (const field of fieldsOf(names)) {
    const section = field.keys.length > 1 ? field.keys[0]! : 'top';
    const group = GROUPS[section] ?? `${section[0]!.toUpperCase()}${section.slice(1)}:`;
    for (const option of optionsOf(field)) command.addOption(option.helpGroup(group));
  }
  return command;
}

/** The flags among a command's parsed options, by their names without dashes. */
function flagsOf(options: Readonly<Record<string, unknown>>, names: SettingNames): Record<string, string | boolean> {
  const flags: Record<string, string | boolean> = {};
  for (const flag of fieldsOf(names).flatMap((field) => field.flags)) {
    const value = options[new Option(`--${flag}`).attributeName()];
    if (typeof value === 'string' || typeof value === 'boolean') flags[flag] = value;
  }
  return flags;
}

/**
 * The configuration of one run of a command: flags over environment over file over defaults.
 *
 * @param options the command's parsed options
 * @param names the settings that the command takes as flags
 * @throws ConfigError as `readConfigFile` and `resolveConfig`
 */
export async function configOf(options: Readonly<Record<string, unknown>>, names: SettingNames, io: Io): Promise<ResolvedConfig> {
  const file = await readConfigFile(options.config as string | undefined, io.cwd);
  return resolveConfig({ flags: flagsOf(options, names), env: io.env, file });
}
