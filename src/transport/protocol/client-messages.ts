import { Fields } from './fields.js';
import { decodeHeader, encodeHeader, type HeaderMap } from './header.js';
import { MAX_INBOUND_BYTES } from './limits.js';
import { protocolError } from './protocol-error.js';

/** Ties an answer to its question: chosen by the client, unique within its session. */
export type RequestId = string | number;

/** `share`: every batch goes to one of the consumers. `control`: settings and statistics only. */
export type SessionMode = 'share' | 'control';

/** Opens a session. `v` is the range of versions the client speaks. */
export interface Hello {
  readonly k: 'HELLO';
  readonly v: readonly [number, number];
  readonly client: string;
  readonly lang: string;
  readonly mode: SessionMode;
  readonly credit: number;
  readonly inline?: boolean;
  readonly dtype?: '<f4' | '<f2';
  readonly name?: string;
}

/** Grants `n` more batches and acknowledges processed ones. */
export interface Credit {
  readonly k: 'CREDIT';
  readonly n: number;
  readonly ack: readonly number[];
}

/** Asks for a change of a live setting. */
export interface SetSetting {
  readonly k: 'SET';
  readonly key: string;
  readonly value: unknown;
  readonly at?: 'next';
  readonly ifRev?: number;
  readonly requestId: RequestId;
}

export interface StatsRequest {
  readonly k: 'STATS';
  readonly requestId: RequestId;
}

/** Proof of life; `t` comes back as it went. */
export interface PingPong {
  readonly k: 'PING' | 'PONG';
  readonly t: unknown;
}

export interface Bye {
  readonly k: 'BYE';
  readonly reason: string;
}

export type ClientMessage = Hello | Credit | SetSetting | StatsRequest | PingPong | Bye;

const RESERVED = ['SEEK', 'GET', 'ACK', 'NAK', 'TOUCH', 'FEEDBACK', 'STATE'];

/** Longest list of acknowledgements in one CREDIT. */
const MAX_ACKS = 4096;

const READERS: Readonly<Record<ClientMessage['k'], (fields: Fields) => ClientMessage>> = {
  HELLO: (f) => ({
    k: 'HELLO',
    v: readRange(f),
    client: f.text('client', 128),
    lang: f.text('lang', 32),
    mode: f.oneOf('mode', ['share', 'control'] as const),
    credit: f.int('credit'),
    inline: f.optional('inline', (g) => g.bool('inline')),
    dtype: f.optional('dtype', (g) => g.oneOf('dtype', ['<f4', '<f2'] as const)),
    name: f.optional('name', (g) => g.text('name', 128)),
  }),
  CREDIT: (f) => ({ k: 'CREDIT', n: f.int('n'), ack: f.optional('ack', (g) => g.ints('ack', MAX_ACKS)) ?? [] }),
  SET: (f) => ({
    k: 'SET',
    key: f.text('key', 64),
    value: f.raw('value'),
    at: f.optional('at', (g) => g.oneOf('at', ['next'] as const)),
    ifRev: f.optional('ifRev', (g) => g.int('ifRev')),
    requestId: readRequestId(f),
  }),
  STATS: (f) => ({ k: 'STATS', requestId: readRequestId(f) }),
  PING: (f) => ({ k: 'PING', t: f.raw('t') ?? null }),
  PONG: (f) => ({ k: 'PONG', t: f.raw('t') ?? null }),
  BYE: (f) => ({ k: 'BYE', reason: f.optional('reason', (g) => g.text('reason', 1024)) ?? '' }),
};

/** Reads a `requestId`: a short string or a whole number. */
export function readRequestId(fields: Fields): RequestId {
  const value = fields.raw('requestId');
  return typeof value === 'number' ? fields.int('requestId') : fields.text('requestId', 128);
}

function readRange(fields: Fields): [number, number] {
  const range = fields.ints('v', 2);
  if (range.length !== 2 || range[0]! > range[1]!)
    return fields.fail('v', range, 'the lowest and the highest protocol version, [min, max]');
  return [range[0]!, range[1]!];
}

/** One frame for the DEALER. */
export function encodeClientMessage(message: ClientMessage): Buffer {
  return encodeHeader(message as unknown as HeaderMap);
}

/**
 * Reads what a client sent. Safe on arbitrary bytes.
 *
 * @throws TransportError PROTOCOL_MESSAGE (also for a frame beyond 1 MiB); `details` name verb, field, got and expected
 */
export function decodeClientMessage(frame: Uint8Array): ClientMessage {
  if (frame.byteLength > MAX_INBOUND_BYTES)
    throw protocolError(`a header of ${frame.byteLength} bytes is too large: at most ${MAX_INBOUND_BYTES} bytes are taken`, {
      field: 'header',
      got: frame,
      expected: `at most ${MAX_INBOUND_BYTES} bytes`,
    });
  const header = decodeHeader(frame);
  const verb = header.k;
  if (typeof verb === 'string' && Object.hasOwn(READERS, verb))
    return READERS[verb as ClientMessage['k']](new Fields(verb, header));
  const expected = `one of ${Object.keys(READERS).join(', ')}`;
  if (typeof verb === 'string' && RESERVED.includes(verb))
    throw protocolError(`${verb} is reserved and not served yet; expected ${expected}`, {
      verb,
      field: 'k',
      got: verb,
      expected,
    });
  return new Fields('header', header).fail('k', verb, expected);
}
