import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { memberStart, readMember, readZipDirectory } from '../../../src/loader/formats/zip-directory.js';
import { endsWell } from '../support/damage.js';
import { fixture } from '../support/fixture.js';
import { writeZip } from '../support/zip-writer.js';

const MAX = 1e6;
const list = (bytes: Uint8Array) => readZipDirectory(memorySource(bytes, 'x.zip'));
const readAll = (bytes: Uint8Array) => {
  const source = memorySource(bytes, 'x.zip');
  return readZipDirectory(source).map((member) => ({ name: member.name, data: Buffer.from(readMember(source, member, MAX)) }));
};
const anyFiles = fc.array(
  fc.record({
    name: fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }),
    data: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 5 },
);

describe('a zip archive', () => {
  it('gives back any files', () => {
    fc.assert(
      fc.property(anyFiles, (files) => {
        expect(readAll(writeZip(files))).toEqual(files.map(({ name, data }) => ({ name, data: Buffer.from(data) })));
      }),
    );
  });

  it('may have a comment, also one that holds the mark of an end', () => {
    const zip = Buffer.from(writeZip([{ name: 'a', data: Buffer.from('hello') }]));
    const comment = Buffer.from('PK\x05\x06 a comment of 30 letters....', 'latin1');
    zip.writeUInt16LE(comment.length, zip.length - 2);
    expect(list(Buffer.concat([zip, comment])).map(({ name }) => name)).toEqual(['a']);
  });

  it('may be written in one go, with zip64 sizes, as NumPy does', () => {
    expect(list(fixture('ctrgcn-zip64.npz')).map(({ name, size }) => [name, size])).toEqual([
      ['x_train.npy', 128 + 2 * 6 * 150 * 4],
      ['y_train.npy', 128 + 16],
      ['x_test.npy', 128 + 6 * 150 * 4],
      ['y_test.npy', 128 + 8],
    ]);
  });

  const one = () => Buffer.from(writeZip([{ name: 'a.npy', data: Buffer.alloc(1000, 7) }]));
  const central = (zip: Buffer): number => zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  it.each([
    [
      'without an end',
      (zip: Buffer) => zip.subarray(0, -1),
      'FORMAT_TRUNCATED',
      /expected the directory of a zip archive at the end/,
    ],
    ['that is empty', () => Buffer.alloc(0), 'FORMAT_TRUNCATED', /expected the directory/],
    [
      'whose directory lies elsewhere',
      (zip: Buffer) => {
        zip.writeUInt32LE(zip.length + 5, zip.length - 6);
        return zip;
      },
      'FORMAT_TRUNCATED',
      /can't be one of this file/,
    ],
    [
      'whose directory holds something else',
      (zip: Buffer) => {
        zip.write('XX', central(zip));
        return zip;
      },
      'FORMAT_UNSUPPORTED',
      /expected an entry of the zip directory/,
    ],
    [
      'whose names reach beyond the directory',
      (zip: Buffer) => {
        zip.writeUInt16LE(60_000, central(zip) + 28);
        return zip;
      },
      'FORMAT_TRUNCATED',
      /reaches beyond it/,
    ],
    [
      'that is encrypted',
      (zip: Buffer) => {
        zip.writeUInt16LE(1, central(zip) + 8);
        return zip;
      },
      'FORMAT_UNSUPPORTED',
      /encrypted/,
    ],
    [
      'of another compression',
      (zip: Buffer) => {
        zip.writeUInt16LE(12, central(zip) + 10);
        return zip;
      },
      'FORMAT_UNSUPPORTED',
      /compressed by method 12/,
    ],
    [
      'whose file is not where it should be',
      (zip: Buffer) => {
        zip.writeUInt32LE(3, central(zip) + 42);
        return zip;
      },
      'FORMAT_UNSUPPORTED',
      /expected the header of "a.npy"/,
    ],
    [
      'whose data is damaged',
      (zip: Buffer) => {
        zip.fill(0xff, 35, 40);
        return zip;
      },
      'FORMAT_TRUNCATED',
      /"a.npy" does not inflate/,
    ],
  ] as const)('%s is refused', (_, spoil, code, message) => {
    expect(() => readAll(spoil(one()))).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
        details: expect.objectContaining({ byteOffset: expect.any(Number) }),
      }),
    );
  });

  it('that would inflate to more than the bound is refused, whatever it says of itself', () => {
    const bomb = Buffer.from(writeZip([{ name: 'a', data: Buffer.alloc(2e6) }]));
    expect(() => readAll(bomb)).toThrow(/has 2000000 bytes, more than the 1000000/);
    bomb.writeUInt32LE(10, central(bomb) + 24);
    expect(() => readAll(bomb)).toThrow(expect.objectContaining({ code: 'FORMAT_TRUNCATED' }));
  });

  it('with any damage ends in a DataError or in files', () => {
    const valid = writeZip([
      { name: 'a', data: Buffer.alloc(50, 1) },
      { name: 'b', data: Buffer.from('b') },
    ]);
    endsWell(valid, readAll);
  });

  it('tells where a member begins, without reading it', () => {
    const zip = one();
    const source = memorySource(zip, 'x.zip');
    expect(memberStart(source, list(zip)[0]!)).toBe(30 + 'a.npy'.length);
  });
});
