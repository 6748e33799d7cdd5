import type { StallCode, Stats } from '../../core/source.js';
import { type ReceivedBatch, readBatch } from './batch-frames.js';
import { readRequestId } from './client-messages.js';
import { Fields } from './fields.js';
import { decodeHeader, encodeHeader, type HeaderMap } from './header.js';
import { LIVE_KEYS, readLiveValue } from './live-values.js';
import { type ItemsReply, readItems, readSamples, type SamplesReply } from './sample-frames.js';
import type { ServerMessage } from './server-messages.js';
import { readWelcome } from './welcome.js';
import { WIRE_CODES } from './wire-codes.js';

const STALL_CODES: readonly StallCode[] = ['generator_slow', 'paused', 'source_slow', 'peer_slow', 'limiter_closed'];

const READERS: Readonly<Record<ServerMessage['k'], (fields: Fields) => ServerMessage>> = {
  WELCOME: readWelcome,
  STATE: (f) => ({
    k: 'STATE',
    requestId: f.optional('requestId', readRequestId),
    epoch: f.int('epoch'),
    ackedStep: f.int('ackedStep'),
    rev: f.int('rev'),
    logHash: f.text('logHash', 64),
  }),
  END: (f) => ({ k: 'END', epoch: f.int('epoch'), lastStep: f.int('lastStep'), served: f.int('served'), next: f.int('next') }),
  CHANGED: (f) => {
    const key = f.oneOf('key', LIVE_KEYS);
    return {
      k: 'CHANGED',
      rev: f.int('rev'),
      key,
      value: readLiveValue(f, 'value', key),
      effectiveSeq: f.int('effectiveSeq'),
      by: f.text('by'),
      logHash: f.optional('logHash', (g) => g.text('logHash', 64)),
      requestId: f.optional('requestId', readRequestId),
    };
  },
  STATS: (f) => ({ k: 'STATS', requestId: readRequestId(f), stats: readStats(f.nested('stats')) }),
  STALL: (f) => ({ k: 'STALL', code: f.oneOf('code', STALL_CODES), sinceMs: f.number('sinceMs'), hint: f.text('hint') }),
  ERROR: (f) => ({
    k: 'ERROR',
    code: f.oneOf('code', WIRE_CODES),
    message: f.text('message', 65536),
    field: f.optional('field', (g) => g.text('field')),
    got: f.raw('got'),
    retry: typeof f.raw('retry') === 'number' ? f.int('retry') : f.oneOf('retry', ['never', 'rehello'] as const),
    ref: f.optional('ref', (g) => (typeof g.raw('ref') === 'number' ? g.int('ref') : g.text('ref'))),
    cause: f.optional('cause', (g) => g.text('cause')),
  }),
  PING: (f) => ({ k: 'PING', t: f.raw('t') ?? null }),
  PONG: (f) => ({ k: 'PONG', t: f.raw('t') ?? null }),
  BYE: (f) => ({ k: 'BYE', reason: f.optional('reason', (g) => g.text('reason')) ?? '' }),
};

function readStats(fields: Fields): Stats {
  const stats: Record<string, number | string | boolean> = {};
  for (const [key, value] of fields.entries()) {
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') stats[key] = value;
    else fields.fail(key, value, 'a number, a string or a bool');
  }
  return stats;
}

/** One frame for the ROUTER to send behind the routing id. */
export function encodeServerMessage(message: ServerMessage): Buffer {
  return encodeHeader(message as unknown as HeaderMap);
}

/** What a client receives: a message, a whole batch, or samples by index. */
export type Received = ServerMessage | ReceivedBatch | SamplesReply | ItemsReply;

/**
 * Reads what a server sent: `[header, payload ...]`. Tensors of a batch are views of the frames where alignment allows. Safe on
 * arbitrary bytes. An unknown verb gives undefined, so that a newer server's news do not break an older client.
 *
 * @throws TransportError PROTOCOL_MESSAGE; `details` name verb, field, got and expected
 */
export function decodeServerMessage(frames: readonly Uint8Array[]): Received | undefined {
  const header = decodeHeader(frames[0] ?? new Uint8Array());
  const verb = header.k;
  if (verb === 'BATCH') return readBatch(new Fields(verb, header), frames.slice(1));
  if (verb === 'SAMPLES' || verb === 'ITEMS') {
    const fields = new Fields(verb, header);
    return (verb === 'SAMPLES' ? readSamples : readItems)(fields, frames.slice(1), readRequestId(fields));
  }
  if (typeof verb !== 'string') return new Fields('header', header).fail('k', verb, 'a verb');
  return Object.hasOwn(READERS, verb) ? READERS[verb as ServerMessage['k']](new Fields(verb, header)) : undefined;
}
