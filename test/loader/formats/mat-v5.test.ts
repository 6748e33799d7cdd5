import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SkelmixError } from '../../../src/core/errors.js';
import { parseMatV5 } from '../../../src/loader/formats/mat-v5.js';
import { endsWell } from '../support/damage.js';
import { type MatArray, writeMatV5 } from '../support/mat-writer.js';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`./fixtures/${name}.mat`, import.meta.url));
const parsed = (arrays: readonly MatArray[], options = {}) => parseMatV5(writeMatV5(arrays, options));

const STORED = [
  ['int8', 8, [-128, 127, 3]],
  ['uint8', 9, [0, 255, 3]],
  ['int16', 10, [-32768, 32767, 3]],
  ['uint16', 11, [0, 65535, 3]],
  ['int32', 12, [-(2 ** 31), 2 ** 31 - 1, 3]],
  ['uint32', 13, [0, 2 ** 32 - 1, 3]],
  ['single', 7, [-1.5, 2 ** 100, 0.25]],
  ['double', 6, [-1.1, 1e300, Number.NaN]],
  ['int64', 14, [-(2n ** 63n), 2n ** 63n - 1n, 3n]],
  ['uint64', 15, [0n, 2n ** 64n - 1n, 3n]],
] as const;

describe('a MAT-file that SciPy wrote', () => {
  it('gives its arrays in column-major order, each in its own type', () => {
    const [a, s, u, l, h] = parseMatV5(fixture('numeric'));
    expect(a).toEqual({ name: 'a', dims: [2, 3], data: new Float64Array([1.5, 4, -2, 5, 3, 1e300]) });
    expect(s).toEqual({ name: 's', dims: [2, 1], data: new Float32Array([0.5, 0.25]) });
    expect(u).toEqual({ name: 'u', dims: [1, 3], data: new Uint8Array([1, 2, 255]) });
    expect(l).toEqual({ name: 'l', dims: [1, 2], data: new BigInt64Array([-(2n ** 62n), 3n]) });
    expect(h!.dims).toEqual([2, 3, 4]);
    expect(h!.data).toBeInstanceOf(Int16Array);
    // h was arange(24) in row-major order, so element (1, 2, 3) is the last of both.
    expect([h!.data[0], h!.data[1], h!.data[2], h!.data[23]]).toEqual([0, 12, 4, 23]);
  });

  it.each([
    ['cell', 'cell array'],
    ['struct', 'struct'],
    ['char', 'char array'],
    ['complex', 'complex'],
  ])('is refused for a %s, by name', (file, words) => {
    expect(() => parseMatV5(fixture(file), { file: `${file}.mat` })).toThrow(
      expect.objectContaining({
        code: 'FORMAT_UNSUPPORTED',
        message: expect.stringMatching(
          new RegExp(`^${file}.mat, byte 8 of the data inflated from byte 128: variable "x" is (a )?${words}`),
        ),
      }),
    );
  });

  it('gives one array from among others that are not numeric', () => {
    expect(parseMatV5(fixture('struct'), { only: 'z' })).toEqual([{ name: 'z', dims: [1, 1], data: new Float64Array([7]) }]);
  });
});

describe('every storage type', () => {
  for (const littleEndian of [true, false])
    for (const compress of [true, false])
      it.each(STORED)(
        `%s, ${littleEndian ? 'little' : 'big'} endian${compress ? ', compressed' : ''}`,
        (storage, matClass, values) => {
          const [array] = parsed([{ name: 'v', matClass, dims: [3, 1], values: [...values], storage }], {
            littleEndian,
            compress,
          });
          expect([...array!.data]).toEqual([...values]);
        },
      );

  it('holds doubles that MATLAB stored as small integers', () => {
    const [array] = parsed([{ name: 'v', dims: [1, 2], values: [3, 250], storage: 'uint8' }]);
    expect(array!.data).toEqual(new Float64Array([3, 250]));
  });

  it('round-trips any array of doubles', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.boolean(), fc.boolean(), (values, littleEndian, compress) => {
        const arrays = ['first', 'b'].map((name) => ({ name, dims: [values.length, 1], values }));
        const read = parsed(arrays, { littleEndian, compress });
        expect(read.map(({ name, dims, data }) => ({ name, dims, values: [...data] }))).toEqual(arrays);
      }),
    );
  });
});

describe('a damaged MAT-file', () => {
  const arrays = [{ name: 'd_skel', dims: [2, 2], values: [1, 2, 3, 4] }];

  it.each([0, 4, 127, 131, 140, 150, 170, 183])('cut after %i bytes is named truncated, with the offset', (length) => {
    const error = caught(() => parseMatV5(writeMatV5(arrays).subarray(0, length), { file: 'cut.mat' }));
    expect(error.code).toBe('FORMAT_TRUNCATED');
    expect(error.message).toMatch(/^cut\.mat, byte \d+.*expected \d+ bytes, got \d+/);
    expect(error.details.byteOffset).toBeTypeOf('number');
  });

  it('whose compressed part is cut is named truncated', () => {
    const whole = writeMatV5(arrays, { compress: true });
    const cut = Buffer.from(whole.subarray(0, whole.length - 9));
    cut.writeUInt32LE(cut.length - 136, 132);
    expect(caught(() => parseMatV5(cut))).toMatchObject({ code: 'FORMAT_TRUNCATED', details: { byteOffset: 128 } });
  });

  it('whose dimensions promise more than is there fails before anything is allocated', () => {
    const bytes = writeMatV5([{ name: 'big', dims: [1_000_000, 1_000_000], values: [1, 2, 3] }]);
    expect(caught(() => parseMatV5(bytes))).toMatchObject({
      code: 'FORMAT_TRUNCATED',
      details: { expected: 8e12, got: 24 },
    });
  });

  it('that inflates beyond the bound is refused', () => {
    const bomb = deflateSync(new Uint8Array(2_000_000));
    const head = Buffer.from(writeMatV5([])).subarray(0, 128);
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(bomb.length, 4);
    const bytes = Buffer.concat([head, tag, bomb]);
    expect(caught(() => parseMatV5(bytes, { maxInflatedBytes: 1_000_000 }))).toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('more than the 1000000 bytes'),
      details: { byteOffset: 128 },
    });
  });

  it('counts what all elements inflate to against the bound', () => {
    const bytes = writeMatV5([...arrays, { ...arrays[0]!, name: 'second' }], { compress: true });
    expect(() => parseMatV5(bytes, { maxInflatedBytes: 200 })).not.toThrow();
    expect(caught(() => parseMatV5(bytes, { maxInflatedBytes: 120 })).code).toBe('FORMAT_UNSUPPORTED');
  });

  it.each([true, false])('survives any damage (compressed: %s)', (compress) => {
    endsWell(writeMatV5(arrays, { compress }), (bytes) => parseMatV5(bytes, { maxInflatedBytes: 1_000_000 }));
  });
});

describe('another kind of file', () => {
  const withHeader = (change: (header: Buffer) => void): Uint8Array => {
    const bytes = Buffer.from(writeMatV5([]));
    change(bytes);
    return bytes;
  };

  it('of MATLAB 7.3 is refused with what to do', () => {
    const bytes = withHeader((header) => header.writeUInt16LE(0x0200, 124));
    expect(caught(() => parseMatV5(bytes))).toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('"-v7"'),
    });
  });

  it('without a byte order mark is refused', () => {
    const bytes = withHeader((header) => header.write('XX', 126));
    expect(caught(() => parseMatV5(bytes))).toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('got "XX"'),
      details: { byteOffset: 126 },
    });
  });

  it('with an element that is no matrix is refused', () => {
    const bytes = Buffer.concat([writeMatV5([]), Buffer.from([9, 0, 0, 0, 0, 0, 0, 0])]);
    expect(caught(() => parseMatV5(bytes)).message).toMatch(/byte 128: expected a matrix element .* got type 9/);
  });
});

function caught(act: () => unknown): SkelmixError {
  try {
    act();
  } catch (error) {
    if (error instanceof SkelmixError) return error;
    throw error;
  }
  throw new Error('expected an error');
}
