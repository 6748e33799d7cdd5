import type { Command } from 'commander';
import { ConfigSchema } from '../config/index.js';
import type { Io } from './io.js';

const { host, port } = ConfigSchema.parse({}).serve;

/** Where `skelmix serve` listens unless told otherwise. */
export const DEFAULT_ENDPOINT = `tcp://${host}:${port}`;

/** Adds `--endpoint` to a command that talks to a running server. */
export function addEndpointOption(command: Command): Command {
  return command.option(
    '--endpoint <address>',
    `address that the server prints (default: SKELMIX_ENDPOINT, else ${DEFAULT_ENDPOINT})`,
  );
}

/** The address that a command was given: its flag, else the environment, else the default. */
export function endpointOf(options: Readonly<Record<string, unknown>>, io: Io): string {
  return (options.endpoint as string | undefined) ?? (io.env.SKELMIX_ENDPOINT || DEFAULT_ENDPOINT);
}
