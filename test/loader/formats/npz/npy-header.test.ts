import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/loader/formats/byte-source.js';
import { parseNpyHeader } from '../../../../src/loader/formats/npz/npy-header.js';
import { parseNpy, readFloats, readNumbers, readTexts } from '../../../../src/loader/formats/npz/npz.js';

/** An `.npy` file with any header text. */
function npy(text: string, data: Uint8Array = Buffer.alloc(0), version = 1): Buffer {
  const header = Buffer.from(`${text}\n`, version === 3 ? 'utf8' : 'latin1');
  const prefix = Buffer.alloc(version === 1 ? 10 : 12);
  prefix.write('\x93NUMPY', 'latin1');
  prefix[6] = version;
  if (version === 1) prefix.writeUInt16LE(header.length, 8);
  else prefix.writeUInt32LE(header.length, 8);
  return Buffer.concat([prefix, header, data]);
}
const text = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const parse = (bytes: Uint8Array) => parseNpyHeader(memorySource(bytes, 'x.npy'));

describe('the header of an array', () => {
  it.each([1, 2, 3])('of format %i says type, shape and where the values are', (version) => {
    const bytes = npy(text('<f4', '(2, 3)'), Buffer.alloc(24), version);
    expect(parse(bytes)).toMatchObject({ shape: [2, 3], fortran: false, count: 6, dataOffset: bytes.length - 24 });
  });

  it('may be written by Python 2, in Fortran order, of no axis or of none', () => {
    expect(parse(npy(text('<i8', '(3L,)'), Buffer.alloc(24))).shape).toEqual([3]);
    expect(parse(npy(text('<f8', '(2, 2)', 'True'), Buffer.alloc(32))).fortran).toBe(true);
    expect(parse(npy(text('<f8', '(4,)', 'True'), Buffer.alloc(32))).fortran).toBe(false);
    expect(parse(npy(text('<f8', '()'), Buffer.alloc(8)))).toMatchObject({ shape: [], count: 1 });
    expect(parse(npy(text('|b1', '(0, 7)')))).toMatchObject({ count: 0 });
  });

  it.each([
    ['another file', Buffer.from('hello world'), 'FORMAT_UNSUPPORTED', /expected a NumPy array/],
    ['nothing', Buffer.alloc(0), 'FORMAT_TRUNCATED', /expected 8 bytes of an array's header, got 0/],
    ['a later format', npy(text('<f4', '()'), Buffer.alloc(4), 4), 'FORMAT_UNSUPPORTED', /format 1 to 3, got 4/],
    ['Python objects', npy(text('|O8', '(2,)'), Buffer.alloc(16)), 'FORMAT_UNSUPPORTED', /array of Python objects/],
    [
      'structures',
      npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }"),
      'FORMAT_UNSUPPORTED',
      /its header says/,
    ],
    ['a type of three bytes', npy(text('<f3', '(2,)')), 'FORMAT_UNSUPPORTED', /its header says/],
    [
      'fewer values than its shape',
      npy(text('<f4', '(2, 3)'), Buffer.alloc(23)),
      'FORMAT_TRUNCATED',
      /2 x 3 .* needs 24 bytes, there are 23/,
    ],
    ['a huge shape', npy(text('<f4', '(999999999, 999999999, 999999999)')), 'FORMAT_TRUNCATED', /needs/],
    ['half a header', npy(text('<f4', '(2,)')).subarray(0, 30), 'FORMAT_TRUNCATED', /bytes of an array's header/],
  ] as const)('of %s is refused', (_, bytes, code, message) => {
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

describe('the values of an array', () => {
  const of = (bytes: Uint8Array) => {
    const source = memorySource(bytes, 'x.npy');
    return { source, array: parseNpy(source) };
  };

  it('are read from any place, wherever the bytes lie in memory', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.nat(29),
        fc.nat(3),
        (values, at, shift) => {
          const bytes = npy(text('<f4', `(${values.length},)`), Buffer.from(Float32Array.from(values).buffer));
          const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
          const { array, source } = of(shifted);
          const start = at % values.length;
          expect([...readFloats(array, source, start, values.length - start)]).toEqual([
            ...Float32Array.from(values.slice(start)),
          ]);
        },
      ),
    );
  });

  it.each([
    ['>f8', Buffer.from([0xbf, 0xf8, 0, 0, 0, 0, 0, 0]), -1.5],
    ['<f2', Buffer.from([0x00, 0xc0]), -2],
    ['<i8', Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), -2],
    ['|u1', Buffer.from([200]), 200],
    ['<u4', Buffer.from([0xff, 0xff, 0xff, 0xff]), 2 ** 32 - 1],
    ['|b1', Buffer.from([1]), 1],
    ['>i2', Buffer.from([0xff, 0xfe]), -2],
    ['|i1', Buffer.from([0xfe]), -2],
    ['<u8', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 1],
    ['>u2', Buffer.from([1, 0]), 256],
    ['<i4', Buffer.from([0xfe, 0xff, 0xff, 0xff]), -2],
  ])('of type %s are numbers', (descr, data, value) => {
    const { array, source } = of(npy(text(descr, '(1,)'), data));
    expect([...readNumbers(array, source)]).toEqual([value]);
  });

  it('may be texts of either kind, and are not numbers then', () => {
    const wide = of(npy(text('<U2', '(2,)'), Buffer.from('a\0\0\0\x3d\xd8\0\0b\0\0\0\0\0\0\0', 'latin1')));
    expect(readTexts(wide.array, wide.source)).toEqual(['a\ud83d', 'b']);
    const narrow = of(npy(text('|S4', '(2,)'), Buffer.from('h\xc3\xb6\0abcd', 'latin1')));
    expect(readTexts(narrow.array, narrow.source)).toEqual(['hö', 'abcd']);
    expect(() => readNumbers(narrow.array, narrow.source)).toThrow(/expected real numbers, got "\|S4"/);
    const numbers = of(npy(text('<f4', '(1,)'), Buffer.alloc(4)));
    expect(() => readTexts(numbers.array, numbers.source)).toThrow(/expected texts, got "<f4"/);
  });
});
