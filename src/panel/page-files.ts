import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file of the built page, as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Folder of the built page in this package. A module that is itself run from `src/` (in tests) takes the one in `dist/`. */
export function pageFolder(moduleUrl: string = import.meta.url): string {
  const url = new URL('../page/', moduleUrl);
  url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
  return fileURLToPath(url);
}

/**
 * Reads the built page, by path from its root (`index.html`, `assets/NAME`). Only these are ever sent, so that no request reaches
 * the file system. Empty where the page was not built.
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  let paths: string[];
  try {
    paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return files;
  }
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(await readFile(join(folder, path)));
    files.set(path.replaceAll('\\', '/'), { type, bytes, gzipped: new Uint8Array(gzipSync(bytes, { level: 9 })) });
  }
  return files;
}
