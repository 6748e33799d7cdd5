import { readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadLayout } from '../../src/loader/load-layout.js';
import { temporaryFolder } from './support/recordings.js';

describe('the layouts that come along', async () => {
  const files = (await readdir(fileURLToPath(new URL('../../layouts', import.meta.url)))).filter((file) =>
    file.endsWith('.json'),
  );

  it.each(files)('%s is valid, is named like its file and says where it comes from', async (file) => {
    const layout = await loadLayout(file.replace('.json', ''));
    expect(`${layout.name}.json`).toBe(file);
    expect(layout.source.length).toBeGreaterThan(10);
  });

  it('utd-mhad has the joint tree of the data set', async () => {
    const layout = await loadLayout('utd-mhad');
    expect(layout.parents).toEqual([1, 2, 3, -1, 1, 4, 5, 6, 1, 8, 9, 10, 3, 12, 13, 14, 3, 16, 17, 18]);
    expect(layout.joints[layout.centre]).toBe('hip_center');
    for (const [joint, partner] of layout.mirror.entries())
      expect(layout.joints[partner]).toBe(
        layout.joints[joint]!.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left')),
      );
  });
});

describe("one's own layout", () => {
  it('is read from a path', async () => {
    const path = `${await temporaryFolder()}/own.json`;
    await writeFile(path, JSON.stringify({ name: 'own', channels: 2, joints: ['a', 'b'], parents: { b: 'a' }, root: 'a' }));
    expect(await loadLayout(path)).toMatchObject({ name: 'own', parents: [-1, 0], source: path });
  });

  it('that is not JSON is refused with its path', async () => {
    const path = `${await temporaryFolder()}/own.json`;
    await writeFile(path, '{"name": ');
    await expect(loadLayout(path)).rejects.toMatchObject({ code: 'LAYOUT_INVALID', message: expect.stringContaining(path) });
  });
});

it('an unknown name is refused with the known ones', async () => {
  await expect(loadLayout('utd-mhat')).rejects.toMatchObject({
    code: 'LAYOUT_INVALID',
    message: expect.stringMatching(/"utd-mhat".*one of .*utd-mhad/),
  });
});
