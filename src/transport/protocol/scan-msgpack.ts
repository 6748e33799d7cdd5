import { protocolError } from './protocol-error.js';

const fail = (what: string, byteOffset: number): never => {
  throw protocolError(`malformed header: ${what} at byte ${byteOffset}`, { byteOffset });
};

/**
 * Checks msgpack bytes before anything is allocated for them: exactly one value, every length inside the buffer, string keys
 * in maps, no extension types, nesting of at most `maxDepth`. Linear in the bytes, without recursion, reads only.
 *
 * Source: the msgpack specification (github.com/msgpack/msgpack/blob/master/spec.md), formats table.
 *
 * @throws TransportError PROTOCOL_MESSAGE with the byte offset
 */
export function scanMsgpack(bytes: Uint8Array, maxDepth: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.byteLength;
  /** Values still to come in each open container; a map of n entries counts 2 n. */
  const left: number[] = [];
  const isMap: boolean[] = [];
  let at = 0;

  const skip = (count: number, from: number): void => {
    if (count > end - at) fail(`a value of ${count} bytes runs past the end (${end} bytes)`, from);
    at += count;
  };
  const length = (width: 1 | 2 | 4, from: number): number => {
    if (width > end - at) fail(`the length is cut off by the end (${end} bytes)`, from);
    const value = width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at);
    at += width;
    return value;
  };
  const open = (count: number, map: boolean, from: number): void => {
    const values = map ? 2 * count : count;
    // Each value takes at least one byte, so a count beyond the rest is a lie that would only cost memory.
    if (values > end - at) fail(`a ${map ? 'map' : 'list'} of ${count} entries runs past the end (${end} bytes)`, from);
    if (left.length >= maxDepth) fail(`nesting deeper than ${maxDepth} levels`, from);
    left.push(values);
    isMap.push(map);
  };

  do {
    const from = at;
    if (at >= end) fail('the header ends in the middle of a value', from);
    const depth = left.length - 1;
    const isKey = depth >= 0 && isMap[depth]! && left[depth]! % 2 === 0;
    if (depth >= 0) left[depth]!--;
    const token = bytes[at++]!;
    const isString = (token >= 0xa0 && token <= 0xbf) || (token >= 0xd9 && token <= 0xdb);
    if (isKey && !isString) fail('a map key that is not a string', from);

    if (token <= 0x7f || token >= 0xe0 || token === 0xc0 || token === 0xc2 || token === 0xc3) {
      // a small integer, nil or a bool: no bytes follow
    } else if (token <= 0x8f) open(token & 0x0f, true, from);
    else if (token <= 0x9f) open(token & 0x0f, false, from);
    else if (token <= 0xbf) skip(token & 0x1f, from);
    else if (token >= 0xc4 && token <= 0xc6) skip(length((1 << (token - 0xc4)) as 1 | 2 | 4, from), from);
    else if (token === 0xca) skip(4, from);
    else if (token === 0xcb) skip(8, from);
    else if (token >= 0xcc && token <= 0xcf) skip(1 << (token - 0xcc), from);
    else if (token >= 0xd0 && token <= 0xd3) skip(1 << (token - 0xd0), from);
    else if (token >= 0xd9 && token <= 0xdb) skip(length((1 << (token - 0xd9)) as 1 | 2 | 4, from), from);
    else if (token === 0xdc || token === 0xdd) open(length(token === 0xdc ? 2 : 4, from), false, from);
    else if (token === 0xde || token === 0xdf) open(length(token === 0xde ? 2 : 4, from), true, from);
    else fail(`the byte 0x${token.toString(16)}, an extension type or the unused format, which SKMX/1 does not use`, from);

    while (left.length > 0 && left[left.length - 1] === 0) {
      left.pop();
      isMap.pop();
    }
  } while (left.length > 0);
  if (at < end) fail(`${end - at} bytes follow the header's map`, at);
}
