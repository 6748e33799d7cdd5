import type { Command } from 'commander';
import pc from 'picocolors';
import type { Config } from '../../config/index.js';
import { coded } from '../../core/log-codes.js';
import { axisSizes } from '../../core/sample.js';
import type { Service } from '../../service/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { endAtOnce } from '../end-at-once.js';
import { watchInterrupts } from '../interrupts.js';
import type { Io } from '../io.js';
import { KEYS_HELP, serveKeys } from '../serve-keys.js';
import { statusText } from '../status-text.js';
import { watchKeys } from '../watch-keys.js';

const SETTINGS = [
  'data',
  'split',
  'layout',
  'clipsPerClass',
  'subsetSeed',
  'seed',
  'epochSize',
  'batch',
  'profile',
  'mix',
  'loader',
  'generator',
  'engine',
  'serve',
  'http',
];

const REDRAW_EVERY_MS = 1000;
/** Without a terminal a line comes this often. */
const LINE_EVERY_MS = 10_000;

/** The data set to serve: simulated clips, loudly, where none is named, so that the first run needs no files. */
function dataOf(config: Config, { logger }: CommandContext): string {
  if (config.data === undefined)
    logger.warn('no data set is named, so simulated clips (puppet) are served; name one with --data', coded('DATA_SIMULATED'));
  return config.data ?? 'puppet';
}

function announce(service: Service, { logger }: CommandContext): void {
  const { info, settings } = service.source;
  const shape = [info.batchShape.N, ...axisSizes(info.batchShape, info.axes)];
  logger.info(
    `streaming ${info.dataset} ${info.split}: profile ${info.profile.name}, batches [${shape.join(', ')}], ${info.epochBatches} an epoch, ratio ${settings.ratio}`,
  );
  if (info.simulated)
    logger.warn('the "real" clips are SIMULATED (puppet): good for trying things out, not for results', coded('DATA_SIMULATED'));
  logger.info(info.model === null ? 'no generator: real samples only' : `synthetic samples from model ${info.model}`);
  for (const endpoint of service.endpoints) logger.info(`listening on ${pc.bold(endpoint)}`);
  if (service.page !== null) logger.info(`live page: ${pc.bold(service.page)}`);
  logger.info(`in Python:   import skelmix; stream = skelmix.connect("${service.endpoints[0]}")`);
  logger.info(`change the ratio:   skelmix ratio 0.4 --endpoint ${service.endpoints[0]}`);
}

function watchConsumers(service: Service, { logger }: CommandContext): void {
  service.onSession(({ type, session, reason, requeued }) => {
    if (session.mode === 'control') return;
    const back = requeued > 0 ? `; ${requeued} of its batches go to others` : '';
    logger.info(`consumer ${session.name}: ${type}${reason ? ` (${reason})` : ''}${back}`);
  });
  service.source.onChange(({ key, value, by, effectiveSeq }) =>
    logger.info(`${by} sets ${key} to ${value} from batch ${effectiveSeq} on`),
  );
}

/** Shows the status until the returned function is called. */
function showStatus(service: Service, { terminal, logger, quiet }: CommandContext): () => void {
  if (quiet) return () => {};
  const show = (): void => {
    const text = statusText(service.stats(), service.source.info.simulated);
    if (terminal.isTty) terminal.status(text);
    else logger.info(text);
  };
  const timer = setInterval(show, terminal.isTty ? REDRAW_EVERY_MS : LINE_EVERY_MS);
  return () => {
    clearInterval(timer);
    terminal.status(null);
  };
}

/** Takes keys until the returned function is called; only where both sides of the terminal are there. */
function listenToKeys({ source, stats }: Service, { io, terminal, logger }: CommandContext, stop: () => void): () => void {
  if (!terminal.isTty || io.stdin?.isTTY !== true) return () => {};
  logger.info(KEYS_HELP);
  // The handlers of the signal do the rest, in their two stages.
  const interrupt = (): void => void process.kill(process.pid, 'SIGINT');
  return watchKeys(io.stdin, serveKeys({ source, stats, logger, stop }), interrupt);
}

async function serve(config: Config, context: CommandContext, printEndpoint: boolean): Promise<void> {
  const { createService } = await import('../../service/index.js');
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const unwatch = watchInterrupts({
    onFirst(signal) {
      context.logger.info(`${signal}: stopping, consumers are told (again: at once)`);
      stop();
    },
    onForced(signal) {
      context.terminal.status(null);
      endAtOnce(signal);
    },
  });
  try {
    const data = dataOf(config, context);
    context.logger.info(`opening ${data} ...`);
    const service = await createService(
      { ...config, data, http: { ...config.http, enabled: config.http.enabled ?? true } },
      { logger: context.logger },
    );
    announce(service, context);
    if (printEndpoint) for (const endpoint of service.endpoints) context.print(endpoint);
    watchConsumers(service, context);
    const hideStatus = showStatus(service, context);
    const unwatchKeys = listenToKeys(service, context, stop);
    await stopped;
    unwatchKeys();
    hideStatus();
    const stats = service.stats();
    await service.close('the server was stopped');
    context.logger.info(`stopped after ${stats['server.batchesSent']} batches`);
  } finally {
    unwatch();
  }
}

/** `skelmix serve`: streams batches until it is stopped. */
export function addServe(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .description('stream batches to training loops until Ctrl-C')
    .option('--print-endpoint', 'print the addresses on stdout, one a line, once consumers can connect');
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(async (options: Record<string, unknown>) => {
    await withConfig(io, options, SETTINGS, ({ config }, context) => serve(config, context, options.printEndpoint === true));
  });
}
