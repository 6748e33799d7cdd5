import { TransportError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import type { Welcome } from '../protocol/index.js';

/**
 * Compares the WELCOME of a new session with the one before. Other tensors, classes or joints would train on nonsense, so
 * they give an error; another configuration of the same kind is logged.
 */
export function checkSameStream(before: Welcome, now: Welcome, endpoint: string, logger: Logger): TransportError | undefined {
  for (const key of ['schema', 'classes', 'layout'] as const) {
    const [was, is] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
    if (was !== is)
      return new TransportError(
        'REFUSED',
        `${endpoint} was restarted with another stream: "${key}" was ${was.slice(0, 200)}, is ${is.slice(0, 200)}; connect again`,
        { details: { key } },
      );
  }
  if (before.configHash !== now.configHash)
    logger.warn(
      `${endpoint} was restarted with another configuration (${before.configHash} -> ${now.configHash})`,
      coded('SERVER_RECONFIGURED'),
    );
  return undefined;
}
