import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ConfigError } from '../../core/errors.js';
import { addCommonOptions, createCommandContext } from '../command-context.js';
import { formatTable } from '../format-table.js';
import type { Io } from '../io.js';

type Options = Readonly<Record<string, unknown>>;

/** The folder that is named, else the one in the user's configuration. */
function folderOf(options: Options, { env }: Io): string {
  const config = env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return (options.keys as string | undefined) ?? (env.SKELMIX_SERVE_KEYS || join(config, 'skelmix', 'keys'));
}

async function create(name: string, options: Options, io: Io): Promise<void> {
  const { newKeyPair } = await import('../../transport/index.js');
  const { print, logger } = createCommandContext(io, options);
  const folder = folderOf(options, io);
  const { pair, path } = newKeyPair(folder, name);
  logger.info(`the key and its secret are in ${path}: whoever has this file is this client (or server)`);
  if (name === 'server') logger.info(`serve with it:   skelmix serve --serve-keys ${folder}`);
  else logger.info(`allow it where the server runs:   skelmix keys allow '${pair.publicKey}' --name ${name}`);
  print(pair.publicKey);
}

async function allow(key: string, options: Options, io: Io): Promise<void> {
  const { allowKey, ROLES } = await import('../../transport/index.js');
  const role = ROLES.find((known) => known === options.role);
  if (!role) throw new ConfigError('CONFIG_INVALID', `role is "${options.role}": expected ${ROLES.join(' or ')}`);
  const { logger } = createCommandContext(io, options);
  const folder = folderOf(options, io);
  allowKey(folder, key, role, (options.name as string | undefined) ?? '');
  logger.info(`${key} may ${role === 'read' ? 'read' : 'read and control'}; a running server knows it from now on`);
}

async function list(options: Options, io: Io): Promise<void> {
  const { allowedKeys } = await import('../../transport/index.js');
  const { print } = createCommandContext(io, options);
  const keys = allowedKeys(folderOf(options, io));
  if (options.json === true) return print(JSON.stringify(keys));
  for (const line of formatTable(
    ['role', 'key', 'name'],
    keys.map(({ role, key, name }) => [role, key, name]),
  ))
    print(line);
}

/** `skelmix keys new|allow|list`: keys of servers and clients, and who may connect. */
export function addKeys(program: Command, io: Io): void {
  const keys = program.command('keys').description('keys for encrypted connections, and who may connect');
  const folder = '--keys <folder>';
  const what = 'folder of keys (default: SKELMIX_SERVE_KEYS, else skelmix/keys in the configuration of the user)';
  addCommonOptions(
    keys.command('new <name>').description('make a key; the name "server" is that of the server').option(folder, what),
  ).action((name: string, options: Options) => create(name, options, io));
  addCommonOptions(
    keys
      .command('allow <key>')
      .description('let the client with this public key connect')
      .option('--role <role>', 'read (batches and figures) or control (live settings too)', 'read')
      .option('--name <name>', 'whose key it is')
      .option(folder, what),
  ).action((key: string, options: Options) => allow(key, options, io));
  addCommonOptions(
    keys.command('list').description('show who may connect').option('--json', 'print JSON').option(folder, what),
  ).action((options: Options) => list(options, io));
}
