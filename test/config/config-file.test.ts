import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/index.js';

describe('readConfigFile', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skelmix-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  it('finds nothing in an empty folder', async () => {
    expect(await readConfigFile(undefined, folder)).toBeNull();
  });

  it.each(['skelmix.json', 'skelmix.config.json'])('finds %s and leaves its $schema out', async (name) => {
    await write(name, '{"$schema": "x", "seed": 3}');
    expect(await readConfigFile(undefined, folder)).toEqual({ name, values: { seed: 3 } });
  });

  it('reads the file that is named, from the folder', async () => {
    await write('skelmix.json', '{"seed": 3}');
    await write('mine.json', '{"seed": 4}');
    expect(await readConfigFile('mine.json', folder)).toEqual({ name: 'mine.json', values: { seed: 4 } });
  });

  it('refuses two files at once', async () => {
    await write('skelmix.json', '{}');
    await write('skelmix.config.json', '{}');
    await expect(readConfigFile(undefined, folder)).rejects.toMatchObject({
      code: 'CONFIG_CONFLICT',
      message: expect.stringContaining('keep one, or name one with --config'),
    });
  });

  it('says which named file is missing, and where it looked', async () => {
    await expect(readConfigFile('none.json', folder)).rejects.toMatchObject({
      code: 'CONFIG_FILE_MISSING',
      message: `configuration file none.json does not exist (looked in ${folder})`,
    });
  });

  it.each([
    ['{"seed": 3', 'is not JSON'],
    ['[1]', 'holds [1]: expected a JSON object'],
    ['null', 'holds null: expected a JSON object'],
  ])('refuses the text %s', async (text, message) => {
    await write('skelmix.json', text);
    await expect(readConfigFile(undefined, folder)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('says why a folder in place of a file can not be read', async () => {
    await expect(readConfigFile('.', folder)).rejects.toMatchObject({
      message: expect.stringContaining("can't be read: EISDIR"),
    });
  });
});
