import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, messageOf } from '../../core/errors.js';
import { parseTar } from './tar-archive.js';

/** Read-only files by name: a folder or an archive. */
export interface FileStore {
  /** Where the files are, for messages. */
  readonly path: string;
  /** Names are paths within the store, with slashes. */
  readonly files: readonly StoredFile[];
  /** @throws DataError DATA_PATH_MISSING */
  read(name: string): Promise<Uint8Array>;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
}

/** Files in a folder and in up to `depth` levels of folders below it, in the order of their names. Default 0. */
export async function openFolder(path: string, depth = 0): Promise<FileStore> {
  return {
    path,
    files: await listFiles(path, '', depth),
    async read(name) {
      try {
        return await readFile(join(path, name));
      } catch (cause) {
        throw new DataError('DATA_PATH_MISSING', `${join(path, name)} can't be read: ${messageOf(cause)}`, {
          cause,
          details: { path: join(path, name) },
        });
      }
    },
  };
}

async function listFiles(path: string, prefix: string, depth: number): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  const entries = await readdir(join(path, prefix), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = `${prefix}${entry.name}`;
    // A dangling link is a file that can't be read: it is found when it is read, not here.
    const found = entry.isFile() || entry.isSymbolicLink() ? await stat(join(path, name)).catch(() => undefined) : undefined;
    if (entry.isDirectory() || found?.isDirectory()) {
      // Only real folders: links may run in a circle.
      if (depth > 0 && entry.isDirectory()) files.push(...(await listFiles(path, `${name}/`, depth - 1)));
    } else files.push({ name, bytes: found?.size ?? 0 });
  }
  return files;
}

/** Files of a `.tar`, `.tar.gz` or `.tgz` by their path in it. The inflated archive is held in memory. */
export async function openArchive(path: string): Promise<FileStore> {
  const entries = new Map(parseTar(await readFile(path), path).map((entry) => [entry.path.replace(/^\.\//, ''), entry.data]));
  return {
    path,
    files: [...entries].map(([name, data]) => ({ name, bytes: data.length })),
    async read(name) {
      const data = entries.get(name);
      if (!data) throw new DataError('DATA_PATH_MISSING', `${path} holds no file "${name}"`, { details: { path, name } });
      return data;
    },
  };
}

/** True for the names of archives that `openArchive` reads. */
export function isArchive(path: string): boolean {
  return /\.(tar|tar\.gz|tgz)$/i.test(path);
}
