import { ConfigError } from '../core/errors.js';
import { explainIssue, showValue, valueAt } from './explain-issue.js';
import { checkRules, DEFAULT_RATIO, isTrainingSplit } from './rules.js';
import { type Config, type ConfigInput, ConfigSchema } from './schema.js';

/** A complete configuration and what its owner should hear about it. */
export interface ParsedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/**
 * Checks a configuration against schema and rules and fills in the defaults. A complete `Config` passes unchanged.
 *
 * @param originOf where the value of a setting came from, for messages
 * @throws ConfigError CONFIG_INVALID, listing every wrong value and unknown key; CONFIG_CONFLICT where settings contradict each other
 */
export function parseConfig(input: ConfigInput, originOf: (path: string) => string | undefined = () => undefined): ParsedConfig {
  const parsed = ConfigSchema.safeParse(input);
  if (!parsed.success) {
    const problems = [...new Set(parsed.error.issues.flatMap((issue) => explainIssue(issue, input, originOf)))];
    throw new ConfigError('CONFIG_INVALID', problems.join('\n'), { details: { problems } });
  }
  const { mix } = parsed.data;
  const config: Config = {
    ...parsed.data,
    mix: { ...mix, ratio: mix.ratio ?? (isTrainingSplit(parsed.data.split) ? DEFAULT_RATIO : 0) },
  };
  const nameOf = (path: string): string => {
    const origin = originOf(path);
    return `${path} is ${showValue(valueAt(config, path.split('.')))}${origin ? ` (from ${origin})` : ''}`;
  };
  return { config, warnings: checkRules(config, nameOf) };
}

/**
 * The data set's name and place, which only some commands can do without.
 * @throws ConfigError CONFIG_INVALID where it is missing
 */
export function requireData(config: Config): string {
  if (config.data !== undefined) return config.data;
  throw new ConfigError(
    'CONFIG_INVALID',
    'data is missing: name a data set with --data, SKELMIX_DATASET or "data" in skelmix.json, e.g. utd-mhad:PATH, or puppet for simulated clips',
    { details: { path: 'data' } },
  );
}
