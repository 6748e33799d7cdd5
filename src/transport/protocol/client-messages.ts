import { FEEDBACK_KINDS, type FeedbackKind } from '../../core/source.js';
import { Fields } from './fields.js';
import { decodeHeader, encodeHeader, type HeaderMap } from './header.js';
import { type Hello, readHello } from './hello.js';
import { MAX_GET_IDS, MAX_INBOUND_BYTES, MAX_LEASES } from './limits.js';
import { protocolError } from './protocol-error.js';

/** Ties an answer to its question: chosen by the client, unique within its session. */
export type RequestId = string | number;

/** Grants `n` more batches and acknowledges processed ones. */
export interface Credit {
  readonly k: 'CREDIT';
  readonly n: number;
  readonly ack: readonly number[];
}

/** Batches that are processed, without new credit. */
export interface Ack {
  readonly k: 'ACK';
  readonly lease: readonly number[];
}

/** Gives batches back: somebody else may have them. */
export interface Nak {
  readonly k: 'NAK';
  readonly lease: readonly number[];
  readonly reason?: string;
}

/** Says that these batches are still worked on. */
export interface Touch {
  readonly k: 'TOUCH';
  readonly lease: readonly number[];
}

/** Moves the stream before the first CREDIT; answered with STATE. */
export interface Seek {
  readonly k: 'SEEK';
  readonly epoch: number;
  readonly step: number;
  /** Digest of the changes that the place was reached under. */
  readonly logHash?: string;
  /** Moves although the digest is another. */
  readonly force?: boolean;
  readonly requestId?: RequestId;
}

/** Asks for the place to go on from. */
export interface StateRequest {
  readonly k: 'STATE';
  readonly requestId: RequestId;
}

/** Asks for labels and names of a split. */
export interface ListRequest {
  readonly k: 'LIST';
  readonly requestId: RequestId;
  readonly split?: string;
}

/** Asks for samples by index. */
export interface GetRequest {
  readonly k: 'GET';
  readonly requestId: RequestId;
  readonly epoch: number;
  readonly ids: readonly number[];
}

/** What a trainer measured of each class. */
export interface FeedbackMessage {
  readonly k: 'FEEDBACK';
  readonly kind: FeedbackKind;
  /** One value a class, null where there is none. */
  readonly values: readonly (number | null)[];
  readonly step: number;
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

export type ClientMessage =
  | Hello
  | Credit
  | Ack
  | Nak
  | Touch
  | Seek
  | StateRequest
  | ListRequest
  | GetRequest
  | FeedbackMessage
  | SetSetting
  | StatsRequest
  | PingPong
  | Bye;

/** Longest list of values in one FEEDBACK: one a class. */
const MAX_CLASSES = 65536;

const leases = (f: Fields): number[] => f.ints('lease', MAX_LEASES);

const READERS: Readonly<Record<ClientMessage['k'], (fields: Fields) => ClientMessage>> = {
  HELLO: readHello,
  CREDIT: (f) => ({ k: 'CREDIT', n: f.int('n'), ack: f.optional('ack', (g) => g.ints('ack', MAX_LEASES)) ?? [] }),
  ACK: (f) => ({ k: 'ACK', lease: leases(f) }),
  NAK: (f) => ({ k: 'NAK', lease: leases(f), reason: f.optional('reason', (g) => g.text('reason', 1024)) }),
  TOUCH: (f) => ({ k: 'TOUCH', lease: leases(f) }),
  SEEK: (f) => ({
    k: 'SEEK',
    epoch: f.int('epoch'),
    step: f.int('step'),
    logHash: f.optional('logHash', (g) => g.text('logHash', 64)),
    force: f.optional('force', (g) => g.bool('force')),
    requestId: f.optional('requestId', readRequestId),
  }),
  STATE: (f) => ({ k: 'STATE', requestId: readRequestId(f) }),
  LIST: (f) => ({ k: 'LIST', requestId: readRequestId(f), split: f.optional('split', (g) => g.text('split', 256)) }),
  GET: (f) => ({ k: 'GET', requestId: readRequestId(f), epoch: f.int('epoch'), ids: readIds(f) }),
  FEEDBACK: (f) => ({
    k: 'FEEDBACK',
    kind: f.oneOf('kind', FEEDBACK_KINDS),
    values: f.list('values', MAX_CLASSES).map((value, i) => {
      if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
      return f.fail(`values[${i}]`, value, 'a finite number or nil');
    }),
    step: f.int('step'),
  }),
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

function readIds(f: Fields): number[] {
  const ids = f.ints('ids', MAX_GET_IDS);
  return ids.length > 0 ? ids : f.fail('ids', ids, 'at least one index');
}

/** Reads a `requestId`: a short string or a whole number. */
export function readRequestId(fields: Fields): RequestId {
  const value = fields.raw('requestId');
  return typeof value === 'number' ? fields.int('requestId') : fields.text('requestId', 128);
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
  return new Fields('header', header).fail('k', verb, `one of ${Object.keys(READERS).join(', ')}`);
}
