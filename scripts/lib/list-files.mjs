import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * Paths of the files under a folder that end in one of the given endings: relative to the folder, with slashes, sorted.
 * A folder that is missing has none.
 *
 * @param {string} folder
 * @param {readonly string[]} endings e.g. ['.ts']
 * @returns {string[]}
 */
export function listFiles(folder, endings) {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort();
}
