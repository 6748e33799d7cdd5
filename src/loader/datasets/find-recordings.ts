import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { type FileStore, isArchive, openArchive, openFolder, readStored } from './file-store.js';

/** How a data set lies on a disk. */
export interface FileConvention {
  /** Name of the data set in a spec, e.g. `nw-ucla`. */
  readonly name: string;
  /** Its name among people. */
  readonly title: string;
  /** End of the path of a recording, its parts in groups. */
  readonly pattern: RegExp;
  /** Levels of folders that are part of the pattern. Default 0. */
  readonly depth?: number;
  /** A path that the pattern takes. */
  readonly example: string;
  /** What to give, in words: `the folder "Skeleton"`. */
  readonly folder: string;
  /** Places below a given folder, as the data set is usually unpacked, the best first: folders and archives. */
  readonly places: readonly string[];
}

/** A file that a convention takes. */
export interface FoundFile {
  /** Its name in the store. */
  readonly stored: string;
  /** The part of it that the pattern takes: the same wherever the data set lies. */
  readonly name: string;
  readonly bytes: number;
  /** The groups of the pattern. */
  readonly parts: readonly string[];
}

export interface Found {
  readonly store: FileStore;
  readonly files: readonly FoundFile[];
}

/**
 * Finds the recordings of a data set: in a usual place below the folder, in the folder itself, in the one folder below it that holds any,
 * or in the archive that `path` names. A single recording is found too.
 *
 * @throws DataError DATA_PATH_MISSING; FORMAT_UNSUPPORTED (nothing of the kind there, several folders that hold some, a file
 * that is no archive), with what lies there
 */
export async function findRecordings(path: string, convention: FileConvention): Promise<Found> {
  const { title, example, folder, places, name, depth = 0 } = convention;
  const archive = places.find(isArchive);
  const wanted = archive ? `${folder} or ${archive}` : folder;
  const given = await stat(path).catch(() => undefined);
  if (!given)
    throw new DataError(
      'DATA_PATH_MISSING',
      `${title} is not at ${path}: give ${folder} that holds ${example} and so on, a folder above it${archive ? `, or ${archive}` : ''} (${name}:PATH)`,
      { details: { path } },
    );
  if (!given.isDirectory()) {
    const alone = takeFile(path, given.size, convention);
    if (alone) return alone;
    if (!isArchive(path))
      throw new DataError('FORMAT_UNSUPPORTED', `${path} is neither a folder nor a .tar.gz; give ${wanted}`, {
        details: { path, nothing: true },
      });
    const store = await openArchive(path);
    return (
      take(store, convention) ??
      fail(
        convention,
        path,
        store.files.map((file) => file.name),
      )
    );
  }
  for (const place of [...places, '']) {
    const at = join(path, place);
    const found = await stat(at).catch(() => undefined);
    if (!found) continue;
    const taken = take(found.isDirectory() ? await openFolder(at, depth) : await openArchive(at), convention);
    if (taken) return taken;
  }
  const entries = await readdir(path, { withFileTypes: true });
  const below: Found[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const taken = take(await openFolder(join(path, entry.name), depth), convention);
    if (taken) below.push(taken);
  }
  if (below.length === 1) return below[0]!;
  if (below.length > 1)
    throw new DataError(
      'FORMAT_UNSUPPORTED',
      `${below.length} folders in ${path} hold files like ${example}: ${below.map(({ store }) => store.path).join(', ')}; give one of them`,
      { details: { path, found: below.map(({ store }) => store.path) } },
    );
  return fail(
    convention,
    path,
    entries.map((entry) => entry.name),
  );
}

/** A single recording as a store of its own. */
function takeFile(path: string, bytes: number, convention: FileConvention): Found | undefined {
  const name = basename(path);
  return take({ path: dirname(path), files: [{ name, bytes }], read: () => readStored(path) }, convention);
}

function take(store: FileStore, { pattern }: FileConvention): Found | undefined {
  const files = store.files.flatMap(({ name: stored, bytes }): FoundFile[] => {
    const match = pattern.exec(stored);
    // A path that merely ends like a recording is none: the match begins at a part of the path.
    if (!match || (match.index > 0 && stored[match.index - 1] !== '/')) return [];
    return [{ stored, name: match[0], bytes, parts: match.slice(1) }];
  });
  return files.length > 0 ? { store, files } : undefined;
}

function fail({ title, example, folder, places }: FileConvention, path: string, names: readonly string[]): never {
  const archives = places.filter((place) => isArchive(place) && !place.includes('/'));
  const some = names.slice(0, 8).join(', ');
  const found =
    names.length === 0 ? 'it is empty' : `it holds ${some}${names.length > 8 ? `, ... (${names.length} in all)` : ''}`;
  throw new DataError(
    'FORMAT_UNSUPPORTED',
    `${path} holds no file like ${example}${archives.length > 0 ? ` and no ${archives[0]}` : ''}: ${found}; give ${folder} of ${title}`,
    { details: { path, found: names.slice(0, 100), nothing: true } },
  );
}
