import type { Command } from 'commander';
import { ConfigSchema } from '../config/index.js';
import { ConfigError } from '../core/errors.js';
import type { CurveKeys } from '../transport/index.js';
import type { Io } from './io.js';

const { host, port } = ConfigSchema.parse({}).serve;

/** Where `skelmix serve` listens unless told otherwise. */
export const DEFAULT_ENDPOINT = `tcp://${host}:${port}`;

/** Adds `--endpoint` to a command that talks to a running server. */
export function addEndpointOption(command: Command): Command {
  return command
    .option('--endpoint <address>', `address that the server prints (default: SKELMIX_ENDPOINT, else ${DEFAULT_ENDPOINT})`)
    .option('--key <file>', 'key file of this client, where the server has keys')
    .option('--server-key <key>', 'public key of the server, where it has one');
}

/**
 * The keys that a command was given, or undefined where the connection is plain.
 *
 * @throws ConfigError CONFIG_CONFLICT (one without the other), CONFIG_FILE_MISSING, CONFIG_INVALID
 */
export async function curveOf({ key, serverKey }: Readonly<Record<string, unknown>>): Promise<CurveKeys | undefined> {
  if (key === undefined && serverKey === undefined) return undefined;
  if (typeof key !== 'string' || typeof serverKey !== 'string')
    throw new ConfigError('CONFIG_CONFLICT', "--key and --server-key go together: a client needs its own key and the server's");
  const { readKeyPair } = await import('../transport/index.js');
  return { ...readKeyPair(key), serverKey };
}

/** The address that a command was given: its flag, else the environment, else the default. */
export function endpointOf(options: Readonly<Record<string, unknown>>, io: Io): string {
  return (options.endpoint as string | undefined) ?? (io.env.SKELMIX_ENDPOINT || DEFAULT_ENDPOINT);
}
