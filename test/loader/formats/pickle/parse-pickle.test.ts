import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../../src/core/errors.js';
import { memorySource } from '../../../../src/loader/formats/byte-source.js';
import { parsePickle } from '../../../../src/loader/formats/pickle/parse-pickle.js';
import { arrayToFloat32, type PickledArray } from '../../../../src/loader/formats/pickle/pickled-array.js';
import { PickledBytes } from '../../../../src/loader/formats/pickle/pickled-bytes.js';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/${name}.pkl`, import.meta.url));
const parse = (bytes: Uint8Array | string, options = {}): unknown =>
  parsePickle(memorySource(Buffer.from(bytes as string, 'latin1'), 'x.pkl'), options);

const MADE = [
  ...[0, 1, 2, 3, 4, 5].map((protocol) => `numpy2-protocol${protocol}`),
  ...[0, 1, 2, 3].map((protocol) => `numpy1-protocol${protocol}`),
];

describe.each(MADE)('the pickle %s', (name) => {
  const source = memorySource(fixture(name), `${name}.pkl`);
  const content = parsePickle(source) as Map<string, unknown>;
  const floats = (key: string): number[] => [...arrayToFloat32(content.get(key) as PickledArray, source)];

  it('gives plain values', () => {
    expect(content.get('none')).toBeNull();
    expect(content.get('yes')).toBe(true);
    expect(content.get('ints')).toEqual([0, -1, 255, 65535, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, 2n ** 70n]);
    expect(content.get('floats')).toEqual([1.5, -1e300, Number.POSITIVE_INFINITY]);
    expect(content.get('text')).toBe('Grüße €');
    expect((content.get('nested') as Map<string, unknown>).get('a')).toEqual([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
    expect([content.get('scalar'), content.get('label'), content.get('name')]).toEqual([2.5, 7, 'walk']);
  });

  it('leaves long texts in the file', () => {
    const long = content.get('long') as PickledBytes;
    expect(long).toBeInstanceOf(PickledBytes);
    expect(Buffer.from(long.read(source)).toString()).toBe('x'.repeat(3000));
  });

  it('gives arrays of every real type, both byte orders, C and Fortran order', () => {
    expect(floats('f2')).toEqual([0.5, -2, 2 ** -24, 65504]);
    expect(floats('f4')).toEqual([1.25, 2.5, -3.75]);
    expect(floats('f8')).toEqual([Math.fround(0.1), Number.POSITIVE_INFINITY]);
    expect(floats('big')).toEqual([Math.fround(0.1), -4]);
    expect(floats('i8')).toEqual([-5, 2 ** 40]);
    expect(floats('u1')).toEqual([0, 255]);
    expect(floats('bool')).toEqual([1, 0]);
    expect(floats('fortran')).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect((content.get('fortran') as PickledArray).shape).toEqual([2, 3, 4]);
    expect(floats('large')).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(floats('empty')).toEqual([]);
    expect(floats('zero_d')).toEqual([7]);
    expect(content.get('again')).toBe(content.get('f4'));
  });

  it('does not take an array of objects for numbers', () => {
    expect(() => floats('objects')).toThrow(expect.objectContaining({ code: 'FORMAT_UNSUPPORTED' }));
    expect((content.get('objects') as PickledArray).data).toHaveLength(2);
  });
});

describe('sets', () => {
  it.each([0, 2, 4])('come from protocol %i', (protocol) => {
    const content = parse(fixture(`numpy2-protocol${protocol}`)) as Map<string, unknown>;
    expect([content.get('set'), content.get('frozen')]).toEqual([new Set([1, 2]), new Set([3])]);
  });
});

describe('a pickle of Python 2', () => {
  const array = (bytes: string, dtype = "S'f4'\n"): string =>
    `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\ntcnumpy\ndtype\n(${dtype}I0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\n${bytes}tb.`;

  it.each([
    ['a literal', "S'\\x00\\x00\\x80?\\x00\\x00 \\xc0'\n"],
    ['a literal in double quotes', 'S"\\x00\\000\\x80?\\x00\\x00 \\xc0"\n'],
    ['a short string', 'U\x08\0\0\x80?\0\0 \xc0'],
    ['a string', 'T\x08\0\0\0\0\0\x80?\0\0 \xc0'],
  ])('may hold the values of an array as %s', (_, bytes) => {
    const text = array(bytes);
    const source = memorySource(Buffer.from(text, 'latin1'), 'x.pkl');
    expect([...arrayToFloat32(parsePickle(source) as PickledArray, source)]).toEqual([1, -2.5]);
  });

  it('may hold texts with escapes', () => {
    expect(parse("S'a\\n\\'\\\\ \\t\\q'\n.")).toBe("a\n'\\ \t\\q");
    expect(parse('V\\u20ac\\U0001f600\n.')).toBe('€😀');
    expect(parse('I01\n.')).toBe(true);
    expect(parse('L-12345678901234567890L\n.')).toBe(-12345678901234567890n);
  });
});

describe('a pickle that is more than data', () => {
  it.each([
    ['evil', 'builtins.eval'],
    ['instance', '__main__.Plain'],
    ['structured', 'arrays of the type "V8" are not read here'],
  ])('%s is refused, and nothing in it is run', (name, words) => {
    const file = name === 'instance' ? /copy_?reg|__main__/ : new RegExp(words.replace('.', '\\.'));
    expect(() => parse(fixture(name))).toThrow(
      expect.objectContaining({
        code: 'FORMAT_UNSUPPORTED',
        message: expect.stringMatching(file),
        details: expect.objectContaining({ byteOffset: expect.any(Number) }),
      }),
    );
  });

  it.each([
    ["cos\nsystem\n(S'true'\ntR.", 'os.system'],
    ['\x80\x04\x8c\x02os\x8c\x06system\x93.', 'os.system'],
    ['cnumpy\nload\n.', 'numpy.load'],
    ["S'x'\nP1\n.", 'a reference to something outside'],
    ['(ios\nsystem\n.', 'an object of a class'],
    ['\x80\x02\x82\x01.', 'an object of a class'],
    ['\x80\x05\x97.', 'stored outside'],
  ])('%j is refused', (bytes, words) => {
    expect(() => parse(bytes)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining(words) }),
    );
  });
});

describe('a damaged pickle', () => {
  it.each([
    ['', 'FORMAT_TRUNCATED', 0],
    ['\x80\x04]', 'FORMAT_TRUNCATED', 3],
    ['.', 'FORMAT_UNSUPPORTED', 0],
    ['a.', 'FORMAT_UNSUPPORTED', 0],
    ['e.', 'FORMAT_UNSUPPORTED', 0],
    ['h\x07.', 'FORMAT_UNSUPPORTED', 0],
    ['}Ns.', 'FORMAT_UNSUPPORTED', 2],
    [']]Ns.', 'FORMAT_UNSUPPORTED', 3],
    [')Na.', 'FORMAT_UNSUPPORTED', 2],
    ['\x80\x09N.', 'FORMAT_UNSUPPORTED', 0],
    ['\xff', 'FORMAT_UNSUPPORTED', 0],
    ['Ifoo\n.', 'FORMAT_UNSUPPORTED', 0],
    ["S'abc\n.", 'FORMAT_UNSUPPORTED', 0],
    ['I12', 'FORMAT_TRUNCATED', 1],
    ['B\xff\xff\xff\xff.', 'FORMAT_TRUNCATED', 5],
    ['\x8e\xff\xff\xff\xff\xff\xff\xff\xff.', 'FORMAT_TRUNCATED', 0],
    ['\x8b\xff\xff\xff\xff.', 'FORMAT_UNSUPPORTED', 0],
  ])('%j is refused with %s at byte %i', (bytes, code, byteOffset) => {
    expect(() => parse(bytes)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ byteOffset }) }));
  });

  it('whose array claims other bytes than it has is refused when the array is read', () => {
    const bytes = Buffer.from(fixture('jhmdb'));
    // The first shape: 3 frames of 15 joints.
    bytes[bytes.indexOf(Buffer.from([0x4b, 3, 0x4b, 15])) + 1] = 200;
    const source = memorySource(bytes, 'x.pkl');
    const [pose] = (parsePickle(source) as Map<string, PickledArray[]>).get('pose')!;
    expect(() => arrayToFloat32(pose!, source)).toThrow(
      expect.objectContaining({ code: 'FORMAT_TRUNCATED', message: expect.stringContaining('200 x 15 x 2 needs 48000 bytes') }),
    );
  });

  it('with more values than the bound ends there', () => {
    expect(() => parse(`${']'.repeat(1001)}.`, { maxValues: 1000 })).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('more than the 1000 values') }),
    );
  });

  it.each(['numpy2-protocol0', 'numpy1-protocol2', 'numpy2-protocol5', 'jhmdb'])(
    'made from %s ends in a DataError or a value',
    (name) => {
      const valid = fixture(name);
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          fc.nat(valid.length),
          fc.boolean(),
          (changes, length, cut) => {
            const bytes = Uint8Array.from(cut ? valid.subarray(0, length) : valid);
            for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
            try {
              const source = memorySource(bytes, 'x.pkl');
              const value = parsePickle(source);
              if (value instanceof Map)
                for (const part of value.values())
                  if ((part as PickledArray | null)?.kind === 'array') arrayToFloat32(part as PickledArray, source);
            } catch (error) {
              expect(error).toBeInstanceOf(DataError);
              expect((error as DataError).details).toHaveProperty('byteOffset');
            }
          },
        ),
        { numRuns: 400 },
      );
    },
  );
});
