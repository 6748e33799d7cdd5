import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, messageOf } from '../core/errors.js';

/** Names that are looked for in the working directory where no file is named. */
export const CONFIG_FILE_NAMES = ['skelmix.json', 'skelmix.config.json'] as const;

/** A configuration file, parsed but not yet checked. */
export interface ConfigFile {
  /** As it is named in messages. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConfigError('CONFIG_FILE_MISSING', `configuration file ${path} can't be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function parse(text: string, name: string): ConfigFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError('CONFIG_INVALID', `configuration file ${name} is not JSON: ${messageOf(error)}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError('CONFIG_INVALID', `configuration file ${name} holds ${JSON.stringify(value)}: expected a JSON object`);
  const { $schema: _, ...values } = value as Record<string, unknown>;
  return { name, values };
}

/**
 * Reads the named file, or the one of `CONFIG_FILE_NAMES` that stands in the folder, or nothing. A `$schema` key is left out.
 *
 * @throws ConfigError CONFIG_FILE_MISSING where a named file is missing or unreadable, CONFIG_INVALID where it is not a JSON
 *   object, CONFIG_CONFLICT where both names stand in the folder
 */
export async function readConfigFile(path: string | undefined, folder: string): Promise<ConfigFile | null> {
  if (path !== undefined) {
    const text = await readOrNull(resolve(folder, path));
    if (text === null)
      throw new ConfigError('CONFIG_FILE_MISSING', `configuration file ${path} does not exist (looked in ${folder})`, {
        details: { path },
      });
    return parse(text, path);
  }
  const found: ConfigFile[] = [];
  for (const name of CONFIG_FILE_NAMES) {
    const text = await readOrNull(join(folder, name));
    if (text !== null) found.push(parse(text, name));
  }
  if (found.length > 1)
    throw new ConfigError(
      'CONFIG_CONFLICT',
      `both ${CONFIG_FILE_NAMES.join(' and ')} stand in ${folder}: keep one, or name one with --config`,
    );
  return found[0] ?? null;
}
