import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, messageOf } from '../../core/errors.js';
import { readMember, readZipDirectory } from '../formats/zip-directory.js';
import { withFileSource } from './file-source.js';
import { parseTar } from './tar-archive.js';

/** A recording is one file; no format here takes more. */
const MAX_MEMBER_BYTES = 512 * 2 ** 20;

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
    read: (name) => readStored(join(path, name)),
  };
}

/** All bytes of a file. @throws DataError DATA_PATH_MISSING */
export async function readStored(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DataError('DATA_PATH_MISSING', `${path} can't be read: ${messageOf(cause)}`, { cause, details: { path } });
  }
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

/**
 * Files of an archive by their path in it. The inflated content of a `.tar`, `.tar.gz` or `.tgz` is held in memory; files of a `.zip`
 * are read in place.
 *
 * @throws DataError DATA_PATH_MISSING, FORMAT_TRUNCATED, FORMAT_UNSUPPORTED with the byte offset
 */
export async function openArchive(path: string): Promise<FileStore> {
  if (/\.zip$/i.test(path)) return openZip(path);
  const entries = new Map(parseTar(await readStored(path), path).map((entry) => [entry.path.replace(/^\.\//, ''), entry.data]));
  return {
    path,
    files: [...entries].map(([name, data]) => ({ name, bytes: data.length })),
    read: async (name) => entries.get(name) ?? missing(path, name),
  };
}

function openZip(path: string): FileStore {
  const members = new Map(withFileSource(path, readZipDirectory).map((member) => [member.name, member]));
  return {
    path,
    files: [...members.values()].filter(({ name }) => !name.endsWith('/')).map(({ name, size }) => ({ name, bytes: size })),
    async read(name) {
      const member = members.get(name) ?? missing(path, name);
      return withFileSource(path, (source) => readMember(source, member, MAX_MEMBER_BYTES));
    },
  };
}

function missing(path: string, name: string): never {
  throw new DataError('DATA_PATH_MISSING', `${path} holds no file "${name}"`, { details: { path, name } });
}

/** True for the names of archives that `openArchive` reads. */
export function isArchive(path: string): boolean {
  return /\.(tar|tar\.gz|tgz|zip)$/i.test(path);
}
