import pc from 'picocolors';
import type { Logger } from '../core/logger.js';
import type { Terminal } from './terminal.js';

/** How much is printed: `quiet` only warnings and errors, `verbose` debug lines too. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** A logger that prints lines for people. Fields, which repeat the message for programs, show in debug lines only. */
export function createTerminalLogger(terminal: Terminal, verbosity: Verbosity): Logger {
  return {
    debug(message, fields) {
      if (verbosity === 'verbose') terminal.line(pc.dim(fields ? `${message} ${JSON.stringify(fields)}` : message));
    },
    info(message) {
      if (verbosity !== 'quiet') terminal.line(message);
    },
    warn: (message) => terminal.line(`${pc.yellow('warning:')} ${message}`),
    error: (message) => terminal.line(`${pc.red('error:')} ${message}`),
  };
}
