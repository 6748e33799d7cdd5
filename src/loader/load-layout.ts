import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, messageOf } from '../core/errors.js';
import { type Layout, parseLayout } from '../core/layout.js';

const FOLDER = fileURLToPath(new URL('../../layouts/', import.meta.url));

/** Names of the layouts that come with skelmix, sorted. */
export async function bundledLayouts(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])).sort();
}

/**
 * Reads a layout by the name of a file that comes with skelmix (`utd-mhad`) or by the path of one's own (anything that ends
 * in `.json` or holds a slash). The form of the file is told in `layouts/README.md`.
 *
 * @throws DataError LAYOUT_INVALID: no such file, not JSON, or not a layout; the message lists the names that come along.
 */
export async function loadLayout(nameOrPath: string): Promise<Layout> {
  const isPath = nameOrPath.endsWith('.json') || nameOrPath.includes('/') || isAbsolute(nameOrPath);
  const path = isPath ? nameOrPath : `${FOLDER}${nameOrPath}.json`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const known = await bundledLayouts();
    throw new DataError(
      'LAYOUT_INVALID',
      `layout "${nameOrPath}" can't be read (${messageOf(cause)}): give the path of a layout file, or one of ${known.join(', ')}`,
      { cause, details: { layout: nameOrPath, known } },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError('LAYOUT_INVALID', `layout ${path} is not JSON: ${messageOf(cause)}`, { cause, details: { path } });
  }
  return parseLayout(value, path);
}
