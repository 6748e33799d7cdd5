import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/cli/npz/crc32.js';
import { encodeNpy } from '../../../src/cli/npz/npy.js';
import { writeNpz } from '../../../src/cli/npz/write-npz.js';
import { zipStore } from '../../../src/cli/npz/zip-store.js';
import { pythonWith } from '../../support/python.js';

const python = pythonWith('numpy');

describe('writeNpz', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skelmix-npz-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const arrays = {
    keypoints: { dtype: '<f4', shape: [2, 1, 3], data: Float32Array.of(1.5, -2, 3, Number.NaN, 1e-30, 6) },
    labels: { dtype: '<i8', shape: [2], data: [0, -5] },
    ids: { dtype: 'text', shape: [2], data: ['a', 'höhe 🙂'] },
    none: { dtype: 'text', shape: [0], data: [] },
  } as const;

  it.skipIf(!python)('writes what numpy reads back: values, shapes, types and texts (needs a Python with numpy)', async () => {
    const path = join(folder, 'clips.npz');
    await writeNpz(path, arrays);
    const script = `
import json, sys, zipfile, numpy as np
assert zipfile.ZipFile(sys.argv[1]).testzip() is None
f = np.load(sys.argv[1], allow_pickle=False)
k = f['keypoints']
print(json.dumps([f.files, k.dtype.str, k.shape, [float(v) for v in k.flat if v == v], bool(np.isnan(k[1, 0, 0])),
  f['labels'].dtype.str, f['labels'].tolist(), f['ids'].tolist(), f['none'].shape, k.flags['C_CONTIGUOUS']]))`;
    const read = JSON.parse(execFileSync(python!, ['-c', script, path], { encoding: 'utf8' }));
    expect(read).toEqual([
      ['keypoints', 'labels', 'ids', 'none'],
      '<f4',
      [2, 1, 3],
      [1.5, -2, 3, expect.closeTo(1e-30, 35), 6],
      true,
      '<i8',
      [0, -5],
      ['a', 'höhe 🙂'],
      [0],
      true,
    ]);
  });

  it('leaves nothing behind where it fails', async () => {
    const labels = { dtype: '<i8', shape: [1], data: [0.5] } as const;
    await expect(writeNpz(join(folder, 'clips.npz'), { labels })).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual([]);
    await expect(writeNpz(join(folder, 'no', 'clips.npz'), arrays)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes the same bytes for the same arrays', async () => {
    await writeNpz(join(folder, 'a.npz'), arrays);
    await writeNpz(join(folder, 'b.npz'), arrays);
    expect(await readFile(join(folder, 'a.npz'))).toEqual(await readFile(join(folder, 'b.npz')));
  });
});

describe('the pieces of an npz file', () => {
  it('an npy header ends on a multiple of 64 bytes with a newline', () => {
    for (const shape of [[1], [1, 2, 3], new Array(20).fill(1)]) {
      const [header] = encodeNpy({ dtype: '<f4', shape, data: new Float32Array(6) });
      expect(header.length % 64).toBe(0);
      expect(header.at(-1)).toBe(10);
      expect(header.readUInt16LE(8)).toBe(header.length - 10);
    }
  });

  it('crc32 agrees with the check value of the standard, in one piece or several', () => {
    expect(crc32([Buffer.from('123456789')])).toBe(0xcbf43926);
    expect(crc32([Buffer.from('1234'), Buffer.from(''), Buffer.from('56789')])).toBe(0xcbf43926);
    expect(crc32([])).toBe(0);
  });

  it('an archive above 4 GiB is refused, not written wrong', () => {
    const big = { length: 2 ** 32 } as Buffer;
    expect(() => [...zipStore([{ name: 'a', pieces: [big] }])]).toThrow(/more than 4294967295/);
  });
});
