import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { ConfigError } from '../../core/errors.js';
import type { Control } from '../../transport/index.js';
import { addCommonOptions, createCommandContext } from '../command-context.js';
import { endAtOnce } from '../end-at-once.js';
import { addEndpointOption, curveOf, endpointOf } from '../endpoint-option.js';
import { watchInterrupts } from '../interrupts.js';
import type { Io } from '../io.js';
import { cutToWidth } from '../terminal.js';
import { topLines } from '../top-lines.js';
import { watchKeys } from '../watch-keys.js';

const EVERY_MS = 1000;
/** Another screen, without a cursor; and back. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME_AND_CLEAR = '\x1b[H\x1b[J';

async function watch(control: Control, io: Io, stop: AbortController): Promise<void> {
  const { stdout } = io;
  let before = await control.stats();
  let at = performance.now();
  while (!stop.signal.aborted) {
    await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
    if (stop.signal.aborted) return;
    const now = await control.stats();
    const time = performance.now();
    const { endpoint, info, settings } = control;
    const lines = [...topLines({ endpoint, info, settings, before, now, seconds: (time - at) / 1000 }), '', 'q ends this view'];
    stdout.write(`${HOME_AND_CLEAR}${lines.map((line) => cutToWidth(line, (stdout.columns || 80) - 1)).join('\r\n')}`);
    before = now;
    at = time;
  }
}

async function top(options: Readonly<Record<string, unknown>>, io: Io): Promise<void> {
  const { logger } = createCommandContext(io, options);
  if (io.stdout.isTTY !== true)
    throw new ConfigError('CONFIG_INVALID', 'skelmix top draws on a terminal, and stdout is none: use "skelmix stats --watch"');
  const { connectControl } = await import('../../transport/index.js');
  const control = await connectControl(endpointOf(options, io), { name: 'skelmix top', logger, curve: await curveOf(options) });
  const stop = new AbortController();
  const unwatch = watchInterrupts({ onFirst: () => stop.abort(), onForced: endAtOnce });
  const end = (): void => stop.abort();
  control.closed.then(end, end);
  const unwatchKeys = watchKeys(io.stdin, { q: end }, end);
  io.stdout.write(ENTER);
  try {
    await watch(control, io, stop);
  } catch (error) {
    // A server that ends while it is asked is no fault of this view.
    if (!stop.signal.aborted) throw error;
  } finally {
    io.stdout.write(LEAVE);
    unwatchKeys();
    unwatch();
    await control.close();
  }
}

/** `skelmix top`: the essentials of a running server, drawn anew each second. */
export function addTop(program: Command, io: Io): void {
  const command = program.command('top').description('watch a running server in the terminal');
  addCommonOptions(addEndpointOption(command)).action((options: Record<string, unknown>) => top(options, io));
}
