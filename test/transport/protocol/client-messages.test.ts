import { describe, expect, it } from 'vitest';
import type { TransportError } from '../../../src/core/errors.js';
import { encodeHeader, type HeaderMap } from '../../../src/transport/protocol/header.js';
import { decodeClientMessage, MAX_INBOUND_BYTES } from '../../../src/transport/protocol/index.js';

const HELLO = { k: 'HELLO', v: [1, 1], client: 'c/1', lang: 'l', mode: 'share', credit: 4 };

function refusalOf(header: HeaderMap): TransportError {
  try {
    decodeClientMessage(encodeHeader(header));
  } catch (error) {
    return error as TransportError;
  }
  throw new Error(`${JSON.stringify(header)} was taken`);
}

describe('messages of clients', () => {
  it('are read with their optional fields absent or nil, and unknown keys ignored', () => {
    expect(decodeClientMessage(encodeHeader({ ...HELLO, name: null, news: [1] }))).toEqual(HELLO);
    expect(decodeClientMessage(encodeHeader({ k: 'CREDIT', n: 2 }))).toEqual({ k: 'CREDIT', n: 2, ack: [] });
    expect(decodeClientMessage(encodeHeader({ k: 'BYE' }))).toEqual({ k: 'BYE', reason: '' });
    expect(decodeClientMessage(encodeHeader({ k: 'SET', key: 'ratio', value: 1, at: 'next', requestId: 5 }))).toEqual({
      k: 'SET',
      key: 'ratio',
      value: 1,
      at: 'next',
      requestId: 5,
    });
  });

  it.each<[HeaderMap, string, RegExp]>([
    [{ ...HELLO, v: [2, 1] }, 'v', /HELLO: "v" must be the lowest and the highest protocol version.* got \[2,1\]/],
    [{ ...HELLO, v: 1 }, 'v', /"v" must be a list of at most 2 values, got 1/],
    [
      { ...HELLO, mode: 'gossip' },
      'mode',
      /"mode" must be one of "share", "broadcast", "lockstep", "indexed", "control", got "gossip"/,
    ],
    [{ ...HELLO, dtype: '<f8' }, 'dtype', /one of "<f4", "<f2", got "<f8"/],
    [{ ...HELLO, inline: 1 }, 'inline', /"inline" must be true or false, got 1/],
    [{ ...HELLO, client: 'c'.repeat(129) }, 'client', /a string of at most 128 characters/],
    [{ ...HELLO, credit: undefined }, 'credit', /"credit" must be a whole number >= 0, got nothing/],
    [{ k: 'CREDIT', n: -1, ack: [] }, 'n', /CREDIT: "n" must be a whole number >= 0, got -1/],
    [{ k: 'CREDIT', n: 1, ack: [1.5] }, 'ack[0]', /"ack\[0\]" must be a whole number >= 0, got 1.5/],
    [{ k: 'SET', key: 'ratio', value: 1, at: 12, requestId: 1 }, 'at', /"at" must be one of "next", got 12/],
    [{ k: 'SET', key: 'ratio', value: 1 }, 'requestId', /"requestId" must be a string/],
    [{ k: 'STATS', requestId: true }, 'requestId', /got true/],
    [{ k: 'SEEK', epoch: 1 }, 'step', /"step" must be a whole number/],
    [{ k: 'NEWS' }, 'k', /"k" must be one of HELLO, CREDIT, .* got "NEWS"/],
    [{ k: 'toString' }, 'k', /got "toString"/],
    [{ n: 1 }, 'k', /got nothing/],
  ])('%j is refused for its field', (header, field, message) => {
    const error = refusalOf(header);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: 'PROTOCOL_MESSAGE', details: { field } });
  });

  it('show a long value received in a few words', () => {
    expect(refusalOf({ ...HELLO, mode: 'x'.repeat(5000) }).message.length).toBeLessThan(250);
    expect(refusalOf({ ...HELLO, name: Buffer.alloc(3000) }).message).toMatch(/got 3000 bytes$/);
  });

  it('of more than 1 MiB are refused before they are read', () => {
    const frame = encodeHeader({ ...HELLO, name: 'x'.repeat(MAX_INBOUND_BYTES) });
    expect(() => decodeClientMessage(frame)).toThrow(/is too large: at most 1048576 bytes are taken/);
  });
});
