import { Packr, Unpackr } from 'msgpackr';
import { messageOf } from '../../core/errors.js';
import { MAX_DEPTH } from './limits.js';
import { protocolError } from './protocol-error.js';
import { scanMsgpack } from './scan-msgpack.js';

/** A header as it comes off the wire: string keys, values not yet checked. */
export type HeaderMap = Readonly<Record<string, unknown>>;

// Plain maps instead of msgpackr's record extension, so that any msgpack library reads them.
const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true, variableMapSize: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

/**
 * Packs a header. Keys whose value is undefined are left out; binary values must be Buffers (a typed array would not
 * survive: wrap it with `Buffer.from(a.buffer, a.byteOffset, a.byteLength)`). Returns a new Buffer.
 */
export function encodeHeader(header: HeaderMap): Buffer {
  const present: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(header)) if (value !== undefined) present[key] = value;
  return packr.pack(present);
}

/**
 * Unpacks a header. Binary values are views of `frame`. Safe on arbitrary bytes: it throws a TransportError or returns.
 *
 * @throws TransportError PROTOCOL_MESSAGE with the byte offset or what was got instead of a map
 */
export function decodeHeader(frame: Uint8Array): HeaderMap {
  scanMsgpack(frame, MAX_DEPTH);
  let value: unknown;
  try {
    value = unpackr.unpack(frame);
  } catch (error) {
    throw protocolError(`malformed header: ${messageOf(error)}`, { byteOffset: 0 });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw protocolError('a header must be a msgpack map with the key "k"', { got: value, expected: 'a map' });
  return value as HeaderMap;
}
