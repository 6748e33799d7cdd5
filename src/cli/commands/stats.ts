import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { TransportError } from '../../core/errors.js';
import type { Stats } from '../../core/source.js';
import type { Control } from '../../transport/index.js';
import { addCommonOptions, createCommandContext } from '../command-context.js';
import { endAtOnce } from '../end-at-once.js';
import { addEndpointOption, curveOf, endpointOf } from '../endpoint-option.js';
import { watchInterrupts } from '../interrupts.js';
import type { Io } from '../io.js';
import { statsLines } from '../stats-lines.js';

const EVERY_MS = 1000;

/** The figures now, or undefined where the server said goodbye while it was asked. */
async function statsOf(control: Control): Promise<Stats | undefined> {
  try {
    return await control.stats();
  } catch (error) {
    if (!(error instanceof TransportError) || error.code !== 'CLOSED') throw error;
    await control.closed;
    return undefined;
  }
}

async function stats(options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  const { print, logger } = createCommandContext(io, options);
  const { connectControl } = await import('../../transport/index.js');
  const control = await connectControl(endpointOf(options, io), { name: 'skelmix stats', logger, curve: await curveOf(options) });
  const stop = new AbortController();
  const unwatch = watchInterrupts({ onFirst: () => stop.abort(), onForced: endAtOnce });
  control.closed.then(
    () => stop.abort(),
    () => stop.abort(),
  );
  try {
    do {
      const now = options.watch === true ? await statsOf(control) : await control.stats();
      if (now === undefined) return;
      for (const line of options.json === true ? [JSON.stringify(now)] : statsLines(now)) print(line);
      if (options.watch !== true) return;
      if (options.json !== true) print('');
      await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
    } while (!stop.signal.aborted);
  } finally {
    unwatch();
    await control.close();
  }
}

/** `skelmix stats`: figures of a running server, once or every second. */
export function addStats(program: Command, io: Io): void {
  const command = program
    .command('stats')
    .description('show figures of a running server')
    .option('--json', 'print JSON, one object a line')
    .option('--watch', 'go on, once a second, until Ctrl-C or the end of the server');
  addCommonOptions(addEndpointOption(command)).action((options: Record<string, unknown>) => stats(options, io));
}
