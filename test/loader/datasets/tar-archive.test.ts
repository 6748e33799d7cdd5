import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseTar } from '../../../src/loader/datasets/tar-archive.js';
import { endsWell } from '../support/damage.js';
import { writeTar } from '../support/tar-writer.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const files = [
  { path: 'Skeleton/', data: bytes(''), type: '5' },
  { path: 'Skeleton/a.mat', data: bytes('first') },
  { path: 'Skeleton/b.mat', data: bytes('x'.repeat(1000)) },
  { path: 'Skeleton/empty', data: bytes('') },
];
const listed = (tar: Uint8Array) => parseTar(tar, 'x.tar').map(({ path, data }) => [path, Buffer.from(data).toString()]);
const expected = [
  ['Skeleton/a.mat', 'first'],
  ['Skeleton/b.mat', 'x'.repeat(1000)],
  ['Skeleton/empty', ''],
];

describe('a tar archive', () => {
  it('lists its regular files, gzipped or plain', () => {
    expect(listed(writeTar(files))).toEqual(expected);
    expect(listed(gzipSync(writeTar(files)))).toEqual(expected);
  });

  it('may have long names, the GNU and the pax way', () => {
    const long = `${'deep/'.repeat(30)}a.mat`;
    const record = ` path=${long}\n`;
    const pax = `${record.length + 3}${record}`;
    for (const [type, data] of [
      ['L', `${long}\0`],
      ['x', pax],
    ] as const) {
      const tar = writeTar([{ path: 'long', data: bytes(data), type }, { path: 'cut', data: bytes('1') }, files[1]!]);
      expect(listed(tar)).toEqual([
        [long, '1'],
        ['Skeleton/a.mat', 'first'],
      ]);
    }
  });

  it('that ends early is named truncated, with the offset', () => {
    const tar = writeTar(files);
    expect(() => parseTar(tar.subarray(0, 512 + 512 + 3), 'x.tar')).toThrow(
      expect.objectContaining({
        code: 'FORMAT_TRUNCATED',
        details: expect.objectContaining({ byteOffset: 1024, expected: 5, got: 3 }),
      }),
    );
    expect(() => parseTar(tar.subarray(0, 700), 'x.tar')).toThrow(
      expect.objectContaining({ code: 'FORMAT_TRUNCATED', details: expect.objectContaining({ byteOffset: 512 }) }),
    );
    const packed = gzipSync(tar);
    expect(() => parseTar(packed.subarray(0, packed.length - 20), 'x.tar.gz')).toThrow(
      expect.objectContaining({ code: 'FORMAT_TRUNCATED' }),
    );
  });

  it('that is none is refused', () => {
    expect(() => parseTar(Buffer.alloc(2048, 'a'), 'x.tar')).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('x.tar, byte') }),
    );
    const damaged = Buffer.from(writeTar(files));
    damaged[3] = 65;
    expect(() => parseTar(damaged, 'x.tar')).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('check sum') }),
    );
  });

  it.each(['plain', 'gzipped'])('%s, survives any damage', (form) => {
    const tar = writeTar(files);
    endsWell(form === 'plain' ? tar : gzipSync(tar), (damaged) => {
      const found = parseTar(damaged, 'x.tar', 1e6);
      for (const { data } of found) expect(data.length).toBeLessThanOrEqual(1e6);
    });
  });

  it('that inflates beyond the bound is refused', () => {
    const bomb = gzipSync(new Uint8Array(100_000));
    expect(() => parseTar(bomb, 'x.tar.gz', 50_000)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining('50000 bytes') }),
    );
  });
});
