import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/core/errors.js';
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

describe("a layout of one's own", () => {
  it('is checked, whatever is wrong with it: names, tree, pairs, root', async () => {
    const path = join(await temporaryFolder(), 'mine.json');
    const good = JSON.parse(await readFile(new URL('../../layouts/kinect-v1.json', import.meta.url), 'utf8'));
    const joints: readonly string[] = good.joints;
    const anyName = fc.oneof(fc.constantFrom(...joints), fc.constant('nobody'), fc.constant(''), fc.integer(), fc.constant(null));
    const change = fc.oneof(
      fc.tuple(fc.constant('joints'), fc.array(anyName, { maxLength: 25 })),
      fc.tuple(fc.constant('parents'), fc.dictionary(fc.constantFrom(...joints, 'nobody'), anyName)),
      fc.tuple(fc.constantFrom('root', 'centre', 'name', 'channels', 'mirror', 'feet'), fc.oneof(anyName, fc.array(anyName))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        await writeFile(path, JSON.stringify({ ...good, ...Object.fromEntries(changes) }));
        try {
          const layout = await loadLayout(path);
          // What is taken holds together: one root, every other joint hangs on it, pairs are mutual.
          const V = layout.joints.length;
          expect(new Set(layout.joints).size).toBe(V);
          expect(layout.parents.filter((parent) => parent === -1)).toHaveLength(1);
          for (let joint = 0; joint < V; joint++) {
            let [at, steps] = [joint, 0];
            while (layout.parents[at] !== -1 && steps++ <= V) at = layout.parents[at]!;
            expect(at).toBe(layout.root);
            expect(layout.mirror[layout.mirror[joint]!]).toBe(joint);
          }
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          expect(error.code).toBe('LAYOUT_INVALID');
          expect(error.details).toHaveProperty('origin');
        }
      }),
      { numRuns: 200 },
    );
  });
});
