import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/generator/model/safetensors.js';

const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return fc.float32Array({ minLength: size, maxLength: size }).map((data) => ({ shape, data }));
});

/** A file written by hand from the format's description. */
function file(header: unknown, values: Buffer): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, values]);
}

describe('encodeSafetensors and decodeSafetensors', () => {
  it('are inverse for any tensors and metadata', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
          tensor,
        ),
        (tensors) => {
          const back = decodeSafetensors(encodeSafetensors({ tensors, metadata: { step: '7' } }), 'x');
          expect(back.metadata).toEqual({ step: '7' });
          expect(Object.keys(back.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { shape, data }] of Object.entries(tensors)) {
            expect(back.tensors[name]!.shape).toEqual(shape);
            expect(
              Buffer.from(back.tensors[name]!.data.buffer).equals(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
            ).toBe(true);
          }
        },
      ),
    );
  });

  it('reads a file that is laid out as the format says', () => {
    const values = Buffer.from(Float32Array.of(1, 2, 3).buffer);
    const { tensors } = decodeSafetensors(
      file(
        { b: { dtype: 'F32', shape: [2], data_offsets: [4, 12] }, a: { dtype: 'F32', shape: [], data_offsets: [0, 4] } },
        values,
      ),
      'x',
    );
    expect([...tensors.a!.data]).toEqual([1]);
    expect([...tensors.b!.data]).toEqual([2, 3]);
  });

  it('aligns the values to 8 bytes', () => {
    const bytes = encodeSafetensors({ tensors: { odd: { shape: [1], data: Float32Array.of(1) } }, metadata: {} });
    expect((bytes.length - 4) % 8).toBe(0);
  });

  it.each([
    ['a file of 3 bytes', Buffer.from('abc'), /m.safetensors: 3 bytes, expected a safetensors file/],
    [
      'a header beyond the end',
      file('{}', Buffer.alloc(0)).fill(255, 0, 1),
      /byte 0 gives a header of 255 bytes, but only 2 follow/,
    ],
    ['a header that is no JSON', file('{"a', Buffer.alloc(0)), /header \(bytes 8 to 11\) is not JSON/],
    [
      'half precision',
      file({ a: { dtype: 'F16', shape: [1], data_offsets: [0, 2] } }, Buffer.alloc(2)),
      /tensor "a" must be F32.*F16/,
    ],
    [
      'a cut tensor',
      file({ a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }, Buffer.alloc(10)),
      /tensor "a" of shape \[2,3\] needs 24 bytes at offset \d+, but has 10/,
    ],
  ])('refuses %s, saying where', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'm.safetensors')).toThrow(message);
  });
});
