import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileConvention, findRecordings } from '../../../src/loader/datasets/find-recordings.js';
import { temporaryFolder } from '../support/recordings.js';
import { writeTar } from '../support/tar-writer.js';
import { writeZip } from '../support/zip-writer.js';

const CONVENTION: FileConvention = {
  name: 'test',
  title: 'the test set',
  pattern: /(p\d)\/(\d+)\.rec$/,
  depth: 1,
  example: 'p1/1.rec',
  folder: 'the folder "Recs"',
  places: ['Recs', 'Recs.zip'],
};

async function tree(...names: readonly string[]): Promise<string> {
  const path = await temporaryFolder();
  for (const name of names) {
    await mkdir(join(path, name, '..'), { recursive: true });
    await writeFile(join(path, name), name);
  }
  return path;
}
const find = async (path: string) => {
  const { store, files } = await findRecordings(path, CONVENTION);
  const contents = await Promise.all(files.map(async ({ stored }) => Buffer.from(await store.read(stored)).toString()));
  return files.map(({ name, parts, bytes }, i) => ({ name, parts, bytes, content: contents[i] }));
};
const recording = (name: string, content = name) => ({
  name,
  parts: name.slice(0, -4).split('/'),
  bytes: content.length,
  content,
});

describe('recordings', () => {
  it('are found in the folder itself, with their names by the pattern', async () => {
    expect(await find(await tree('p1/1.rec', 'p2/10.rec', 'notes.txt', 'up1/2.rec', 'deep/er/p1/1.rec'))).toEqual([
      recording('p1/1.rec'),
      recording('p2/10.rec'),
    ]);
  });

  it('are found in a usual place before the folder itself, and in a folder of any name below it', async () => {
    expect((await find(await tree('Recs/p1/1.rec', 'p1/2.rec'))).map(({ name }) => name)).toEqual(['p1/1.rec']);
    expect((await find(await tree('mine/p1/3.rec', 'other/x.txt'))).map(({ name }) => name)).toEqual(['p1/3.rec']);
  });

  it('in several folders are not guessed at', async () => {
    await expect(find(await tree('a/p1/1.rec', 'b/p1/1.rec'))).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringMatching(/^2 folders in .* hold files like p1\/1.rec: .*\/a, .*\/b; give one of them/),
    });
  });

  it('are the same in a tar and a zip archive, and alone', async () => {
    const path = await tree('p1/1.rec');
    const data = Buffer.from('hello');
    await writeFile(join(path, 'x.tar'), writeTar([{ path: './Recs/p1/1.rec', data }]));
    await writeFile(
      join(path, 'x.zip'),
      writeZip([
        { name: 'Recs/', data: Buffer.alloc(0) },
        { name: 'Recs/p1/1.rec', data },
      ]),
    );
    for (const name of ['x.tar', 'x.zip']) expect(await find(join(path, name))).toEqual([recording('p1/1.rec', 'hello')]);
  });

  it('of a pattern that is one file may be given by that file', async () => {
    const path = await tree('1.rec', '2.rec');
    const { files, store } = await findRecordings(join(path, '2.rec'), { ...CONVENTION, pattern: /(\d+)\.rec$/ });
    expect(files.map(({ name }) => name)).toEqual(['2.rec']);
    expect(Buffer.from(await store.read('2.rec')).toString()).toBe('2.rec');
  });

  it('are not looked for behind links to folders, which may run in a circle', async () => {
    const path = await tree('p1/1.rec');
    await symlink(path, join(path, 'p2'));
    await symlink(join(path, 'gone'), join(path, 'p1', '2.rec'));
    const { files, store } = await findRecordings(path, CONVENTION);
    expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['p1/1.rec', 8],
      ['p1/2.rec', 0],
    ]);
    await expect(store.read('p1/2.rec')).rejects.toMatchObject({ code: 'DATA_PATH_MISSING' });
  });

  it('that are not there are asked for', async () => {
    await expect(find('/nowhere')).rejects.toMatchObject({
      code: 'DATA_PATH_MISSING',
      message:
        'the test set is not at /nowhere: give the folder "Recs" that holds p1/1.rec and so on, a folder above it, or Recs.zip (test:PATH)',
    });
    const path = await tree('a.txt');
    await expect(find(path)).rejects.toMatchObject({
      message: expect.stringContaining('no Recs.zip: it holds a.txt; give the folder "Recs"'),
    });
    await expect(find(join(path, 'a.txt'))).rejects.toMatchObject({
      message: expect.stringContaining('neither a folder nor a .tar.gz'),
    });
    await writeFile(join(path, 'empty.zip'), writeZip([]));
    await expect(find(join(path, 'empty.zip'))).rejects.toMatchObject({ message: expect.stringContaining('it is empty') });
  });
});
