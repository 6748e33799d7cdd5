import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SkelmixError, TransportError } from '../../../src/core/errors.js';
import { decodeHeader, encodeHeader } from '../../../src/transport/protocol/header.js';
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  MAX_DEPTH,
} from '../../../src/transport/protocol/index.js';
import { scanMsgpack } from '../../../src/transport/protocol/scan-msgpack.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Nothing but a TransportError may come out of a decoder. */
function survives(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(TransportError);
    expect((error as SkelmixError).code).toBe('PROTOCOL_MESSAGE');
  }
}

describe('a header', () => {
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      // msgpack has no whole number -0: it comes back as 0.
      fc.double().map((number) => (number === 0 ? 0 : number)),
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    ),
    tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('tree')), fc.dictionary(fc.string(), tie('tree'))),
  })).tree;

  it('comes back as it went, whatever it holds', () => {
    const headers = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      value,
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(headers, (header) => {
        fc.pre(!JSON.stringify(header).includes('"__proto__"'));
        expect(decodeHeader(encodeHeader(header))).toEqual(header);
      }),
    );
  });

  it('leaves out what is undefined and keeps whole numbers beyond 32 bits', () => {
    expect(decodeHeader(encodeHeader({ k: 'X', gone: undefined, big: 2 ** 40 + 1, nil: null }))).toEqual({
      k: 'X',
      big: 2 ** 40 + 1,
      nil: null,
    });
  });

  it.each([
    ['nothing', '', /ends in the middle of a value at byte 0/],
    ['a cut string', '81 a1 6b a5 48 45', /5 bytes runs past the end \(6 bytes\) at byte 3/],
    ['a cut length', '81 a1 6b da 00', /length is cut off by the end/],
    ['a list longer than the frame', '81 a1 6b dd ff ff ff ff', /list of 4294967295 entries runs past/],
    ['a map longer than the frame', 'df 7f ff ff ff', /map of 2147483647 entries runs past/],
    ['an extension', '81 a1 6b d4 01 00', /0xd4, an extension type/],
    ['the unused format', 'c1', /0xc1/],
    ['a number as a key', '81 01 01', /map key that is not a string at byte 1/],
    ['bytes behind the map', '80 c0', /1 bytes follow the header's map at byte 1/],
    ['no map', '93 01 02 03', /must be a msgpack map/],
  ])('is refused with its place where it has %s', (_, bytes, message) => {
    expect(() => decodeHeader(hex(bytes))).toThrow(message);
    survives(() => decodeHeader(hex(bytes)));
  });

  it('may be 16 levels deep and no deeper', () => {
    const nested = (levels: number) => Buffer.concat([Buffer.alloc(levels - 1, 0x91), hex('90')]);
    expect(() => scanMsgpack(nested(MAX_DEPTH), MAX_DEPTH)).not.toThrow();
    expect(() => scanMsgpack(nested(MAX_DEPTH + 1), MAX_DEPTH)).toThrow(/deeper than 16 levels at byte 16/);
    expect(() => decodeHeader(Buffer.alloc(1_000_000, 0x91))).toThrow(/deeper than 16/);
  });

  it('never reads beyond its frame into the memory around it', () => {
    const around = Buffer.concat([hex('81 a1 6b a4'), Buffer.from('BYE!')]);
    expect(() => decodeHeader(around.subarray(0, 4))).toThrow(TransportError);
  });
});

describe('decoders', () => {
  it('answer random bytes with a TransportError or a message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        survives(() => decodeClientMessage(bytes));
        survives(() => decodeServerMessage([bytes]));
      }),
      { numRuns: 2000 },
    );
  });

  it('answer real messages with a few bytes changed with a TransportError or a message', () => {
    const seeds = [
      encodeClientMessage({ k: 'HELLO', v: [1, 1], client: 'c', lang: 'l', mode: 'share', credit: 4, name: 'n' }),
      encodeClientMessage({ k: 'CREDIT', n: 1, ack: [1, 2, 300000] }),
      encodeClientMessage({ k: 'SET', key: 'ratio', value: 0.25, ifRev: 3, requestId: 'a' }),
      encodeHeader({ k: 'BATCH', tensors: [{ name: 'x', dtype: '<f4', shape: [1, 1, 1, 1, 1], data: 0 }], ids: ['a'] }),
      encodeHeader({ k: 'STATS', requestId: 1, stats: { a: 1, b: 'two' } }),
    ];
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }), (seed, changes) => {
        const frame = Buffer.from(seed);
        for (const { at, to } of changes) frame[at % frame.length] = to;
        survives(() => decodeClientMessage(frame));
        survives(() => decodeServerMessage([frame, Buffer.alloc(4)]));
      }),
      { numRuns: 3000 },
    );
  });
});
