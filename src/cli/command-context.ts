import type { Command } from 'commander';
import { type Config, configReport, type ResolvedConfig } from '../config/index.js';
import { coded } from '../core/log-codes.js';
import type { Logger } from '../core/logger.js';
import { graphCacheFolder } from '../engine/onnx/graph-cache.js';
import { configOf, type SettingNames } from './config-options.js';
import { formatTable } from './format-table.js';
import type { Io } from './io.js';
import { createTerminal, type Terminal } from './terminal.js';
import { createTerminalLogger } from './terminal-logger.js';

/** What every command works with. */
export interface CommandContext {
  readonly io: Io;
  readonly terminal: Terminal;
  readonly logger: Logger;
  readonly quiet: boolean;
  /** Prints a line of machine-readable output. */
  print(line: string): void;
}

/** Adds the options that every command has. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'print warnings and errors only')
    .option('-v, --verbose', 'print more')
    .option('--no-color', 'print without colours (also: NO_COLOR)');
}

/** The context of one run of a command. */
export function createCommandContext(io: Io, options: Readonly<Record<string, unknown>>): CommandContext {
  const terminal = createTerminal(io.stderr);
  const quiet = options.quiet === true;
  const verbosity = quiet ? 'quiet' : options.verbose === true ? 'verbose' : 'normal';
  return {
    io,
    terminal,
    quiet,
    logger: createTerminalLogger(terminal, verbosity),
    print: (line) => void io.stdout.write(`${line}\n`),
  };
}

/**
 * Resolves the configuration of a command that takes the named settings, prints its warnings, and runs the command with it; with
 * `--print-config` it prints the configuration instead.
 *
 * @throws ConfigError as `configOf`, and whatever the command throws
 */
export async function withConfig(
  io: Io,
  options: Readonly<Record<string, unknown>>,
  names: SettingNames,
  run: (resolved: ResolvedConfig, context: CommandContext) => Promise<void>,
): Promise<void> {
  const context = createCommandContext(io, options);
  const resolved = await configOf(options, names, io);
  for (const warning of resolved.warnings) context.logger.warn(warning, coded('CONFIG_DOUBTFUL'));
  if (options.printConfig !== true) return run({ ...resolved, config: withGraphCache(resolved.config, io) }, context);
  const rows = configReport(resolved).map(({ path, value, origin }) => [path, value, origin]);
  for (const line of formatTable(['setting', 'value', 'from'], rows)) context.print(line);
}

/** A program that starts anew each time keeps its compiled networks; the library leaves that to whoever uses it. */
function withGraphCache(config: Config, { env }: Io): Config {
  return { ...config, engine: { ...config.engine, cache: config.engine.cache ?? graphCacheFolder(env) } };
}
