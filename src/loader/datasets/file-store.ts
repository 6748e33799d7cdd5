import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError, messageOf } from '../../core/errors.js';
import { parseTar } from './tar-archive.js';

/** Read-only files by name: a folder or an archive. */
export interface FileStore {
  /** Where the files are, for messages. */
  readonly path: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  read(name: string): Promise<Uint8Array>;
}

/** Files directly in a folder; folders within it are left out. */
export async function openFolder(path: string): Promise<FileStore> {
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
  const files = await Promise.all(
    entries.map(async ({ name }) => {
      // A dangling link is a file that can't be read: it is found when it is read, not here.
      const found = await stat(join(path, name)).catch(() => undefined);
      return { name, bytes: found?.size ?? 0 };
    }),
  );
  return {
    path,
    files,
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

/** Files of a `.tar`, `.tar.gz` or `.tgz`, by base name. The inflated archive is held in memory. */
export async function openArchive(path: string): Promise<FileStore> {
  const entries = new Map(parseTar(await readFile(path), path).map((entry) => [basename(entry.path), entry.data]));
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
