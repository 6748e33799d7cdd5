import { ConfigError } from '../core/errors.js';
import type { ConfigFile } from './config-file.js';
import { showValue, valueAt } from './explain-issue.js';
import { FIELDS, valueOfText } from './fields.js';
import { nearestName } from './nearest-name.js';
import { parseConfig } from './parse-config.js';
import type { Config, ConfigInput } from './schema.js';

/** Where settings may come from, strongest first. */
export interface ConfigSources {
  /** Texts by flag name without dashes, e.g. `{'mix-ratio': '0.4'}`; a switch without a value is `true`. */
  readonly flags?: Readonly<Record<string, string | boolean>>;
  /** Environment; names that start with `SKELMIX_` are looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | null;
}

/** A complete configuration with the origin of every value. */
export interface ResolvedConfig {
  readonly config: Config;
  /** By path: `flag --ratio`, `environment SKELMIX_MIX_RATIO`, `file skelmix.json` or `default`. */
  readonly origins: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** Names with the prefix that are not settings: they steer the program itself, or its tests (`SKELMIX_DATA`: where real data sets lie). */
const OTHER_ENV = /^SKELMIX_(DATA|DEBUG|ENDPOINT|PYTHON|TEST_\w+)$/;

function place(root: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let at = root;
  for (const key of keys.slice(0, -1)) {
    // A section that is not an object stays as it is, so that the schema can name it.
    if (at[key] === undefined) at[key] = {};
    if (typeof at[key] !== 'object' || at[key] === null) return;
    at = at[key] as Record<string, unknown>;
  }
  at[keys.at(-1)!] = value;
}

/**
 * Merges flags over environment over file over defaults, checks the whole, and keeps where each value came from.
 *
 * @throws ConfigError as `parseConfig`; CONFIG_CONFLICT where one setting is given by two flags
 */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const { flags = {}, env = {}, file } = sources;
  const input = structuredClone(file?.values ?? {}) as Record<string, unknown>;
  const origins: Record<string, string> = {};
  for (const field of FIELDS) {
    const inFile = valueAt(input, field.keys) !== undefined;
    origins[field.path] = inFile ? `file ${file!.name}` : 'default';
    const fromEnv = env[field.env];
    if (fromEnv !== undefined && fromEnv !== '') {
      place(input, field.keys, valueOfText(field, fromEnv));
      origins[field.path] = `environment ${field.env}`;
    }
    const given = field.flags.filter((flag) => flags[flag] !== undefined);
    if (given.length > 1)
      throw new ConfigError(
        'CONFIG_CONFLICT',
        `${given.map((flag) => `--${flag} ${showValue(flags[flag])}`).join(' and ')} are the same setting, ${field.path}: give one`,
      );
    const flag = given[0];
    if (flag === undefined) continue;
    const value = flags[flag]!;
    place(input, field.keys, typeof value === 'string' ? valueOfText(field, value) : value);
    origins[field.path] = `flag --${flag}`;
  }
  const originOf = (path: string): string | undefined => {
    const known =
      origins[path] ?? (file && valueAt(file.values, path.split('.')) !== undefined ? `file ${file.name}` : undefined);
    return known === 'default' ? undefined : known;
  };
  const { config, warnings } = parseConfig(input as ConfigInput, originOf);
  return { config, origins, warnings: [...warnings, ...strayNames(env)] };
}

function strayNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = FIELDS.map((field) => field.env);
  return Object.keys(env)
    .filter((name) => name.startsWith('SKELMIX_') && !known.includes(name) && !OTHER_ENV.test(name))
    .map((name) => {
      const near = nearestName(name, known);
      return `environment ${name} is not a setting and changes nothing${near ? `; did you mean ${near}?` : ''}`;
    });
}
