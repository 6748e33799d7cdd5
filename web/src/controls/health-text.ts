import type { WholeState } from '../stream/messages.js';
import { targetOf } from './target-of.js';

/** How a stream is, at a glance. */
export interface Health {
  readonly level: 'good' | 'idle' | 'slow' | 'bad';
  readonly text: string;
}

/** Says in a few words whether the stream is healthy, and if not, what it waits for. Pure. */
export function healthOf(state: Pick<WholeState, 'stats' | 'stall' | 'settings'>, isConnected: boolean): Health {
  if (!isConnected) return { level: 'bad', text: 'No connection to the server: the figures are old' };
  const { stats, stall, settings } = state;
  if (settings.paused === true) return { level: 'idle', text: 'Paused: no batches are built' };
  if (stats['generator.engine'] === 'failed' && targetOf({ settings, stats }) > 0)
    return { level: 'bad', text: 'The generator could not be started' };
  if (stall && stall.sinceMs >= 1000)
    return { level: 'slow', text: `Waits for ${Math.round(stall.sinceMs / 1000)} s: ${stall.hint}` };
  const consumers = Number(stats['server.consumers'] ?? 0);
  if (consumers === 0) return { level: 'idle', text: 'Ready; no consumer is connected' };
  const rate = Number(stats['server.samplesPerSecond'] ?? 0);
  if (rate === 0) return { level: 'idle', text: 'Ready; the consumers ask for nothing' };
  const pace = Math.round(rate).toLocaleString('en');
  return { level: 'good', text: `Streaming ${pace} samples/s to ${consumers} consumer${consumers === 1 ? '' : 's'}` };
}
