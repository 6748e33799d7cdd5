import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';

/** Where optimized graphs are kept, and how many. */
export interface GraphCacheOptions {
  /** Made where it is missing. */
  readonly folder: string;
  /** Most bytes of all entries together; those not used for longest go first. Default: 256 MB. */
  readonly maxBytes?: number;
  readonly logger?: Logger;
}

/** Optimized graphs on disk. A disk that can't be read or written is no error: the cache is then empty, or stays as it is. */
export interface GraphCache {
  /** The graph of a key, or undefined; an entry that is damaged or no entry at all is deleted. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** A file in the cache's folder for a graph to be written to, or undefined where there can be none. */
  reserve(): Promise<string | undefined>;
  /** Makes the graph in a reserved file the entry of a key, at once or not at all, and drops the oldest ones beyond the limit. */
  adopt(key: string, file: string): Promise<void>;
  /** Deletes an entry or a reserved file that turned out to be of no use. */
  discard(keyOrFile: string, reason: string): Promise<void>;
}

/** `skelmix/graphs` in the user's cache folder (`XDG_CACHE_HOME`, default `~/.cache`). The folder need not exist. */
export function graphCacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'skelmix', 'graphs');
}

const DEFAULT_MAX_BYTES = 256_000_000;
/** Begins every entry; the digest of the graph follows, then the graph. */
const MAGIC = Buffer.from('skelmix graph 1\n');
const DIGEST_BYTES = 32;
const ENTRY = /^[0-9a-f]{64}$/;
const RESERVED = /\.part$/;
/** A reserved file of this age was left by a process that ended. */
const ABANDONED_MS = 3_600_000;

/** Opens a cache; nothing is read or written before it is used. Processes may share a folder. */
export function createGraphCache({ folder, maxBytes = DEFAULT_MAX_BYTES, logger = silentLogger }: GraphCacheOptions): GraphCache {
  const pathOf = (name: string): string => join(folder, name);
  const discard = async (keyOrFile: string, reason: string): Promise<void> => {
    logger.debug('a cached graph is dropped', { entry: keyOrFile, reason });
    await rm(ENTRY.test(keyOrFile) ? pathOf(keyOrFile) : keyOrFile, { force: true, recursive: true }).catch(() => undefined);
  };

  return {
    async read(key) {
      let bytes: Buffer;
      try {
        bytes = await readFile(pathOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') await discard(key, messageOf(error));
        return undefined;
      }
      const graph = bytes.subarray(MAGIC.length + DIGEST_BYTES);
      const digest = bytes.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
      if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || !digestOf(graph).equals(digest)) {
        await discard(key, 'it is damaged, or no entry of this cache');
        return undefined;
      }
      const now = new Date();
      await utimes(pathOf(key), now, now).catch(() => undefined);
      return graph;
    },

    async reserve() {
      try {
        await mkdir(folder, { recursive: true });
        const file = pathOf(`${randomUUID()}.part`);
        await writeFile(file, '');
        return file;
      } catch (error) {
        logger.debug('compiled graphs are not cached', { folder, reason: messageOf(error) });
        return undefined;
      }
    },

    async adopt(key, file) {
      try {
        const graph = await readFile(file);
        await writeFile(file, Buffer.concat([MAGIC, digestOf(graph), graph]));
        await rename(file, pathOf(key));
      } catch (error) {
        return discard(file, messageOf(error));
      }
      await evict(folder, maxBytes, key).catch((error: unknown) =>
        logger.debug('old compiled graphs could not be dropped', { folder, reason: messageOf(error) }),
      );
    },

    discard,
  };
}

/** Deletes entries but one, those not used for longest first, until the rest fits, and files that nobody will finish. */
async function evict(folder: string, maxBytes: number, keep: string): Promise<void> {
  const entries: { readonly path: string; readonly size: number; readonly usedAt: number }[] = [];
  let held = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (RESERVED.test(name) && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    if (!ENTRY.test(name)) continue;
    held += found.size;
    if (name !== keep) entries.push({ path, size: found.size, usedAt: found.mtimeMs });
  }
  entries.sort((a, b) => a.usedAt - b.usedAt);
  for (const { path, size } of entries) {
    if (held <= maxBytes) return;
    await rm(path, { force: true });
    held -= size;
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
