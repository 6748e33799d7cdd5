import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import { createRealSource, type Dataset, type LoaderSource, type Profile } from '../loader/index.js';

/** A real source that others may share. */
export interface SharedSource extends LoaderSource {
  /** Gives it back; it is closed when nobody has it any more. Idempotent. */
  release(): Promise<void>;
}

/** Real sources by split and profile. */
export interface RealSources {
  /**
   * The source of a split under a profile: one for all who ask while it is open.
   * @throws DataError as `createRealSource`
   */
  open(dataset: Dataset, profile: Profile): Promise<SharedSource>;
  /** Closes all of them. */
  close(): Promise<void>;
}

interface Entry {
  readonly source: Promise<LoaderSource>;
  users: number;
}

/** No source is open yet. */
export function createRealSources({ loader, seed }: Pick<Config, 'loader' | 'seed'>, logger: Logger): RealSources {
  const entries = new Map<string, Entry>();

  const giveBack = async (key: string, entry: Entry): Promise<void> => {
    if (--entry.users > 0 || entries.get(key) !== entry) return;
    entries.delete(key);
    await (await entry.source).close();
  };

  return {
    async open(dataset, profile) {
      const key = `${dataset.split} ${profile.digest}`;
      const entry = entries.get(key) ?? { source: createRealSource(dataset, { ...loader, profile, seed, logger }), users: 0 };
      entries.set(key, entry);
      entry.users++;
      try {
        const source = await entry.source;
        let released = false;
        return {
          ...source,
          async release() {
            if (released) return;
            released = true;
            await giveBack(key, entry);
          },
        };
      } catch (error) {
        entries.delete(key);
        throw error;
      }
    },
    async close() {
      const open = [...entries.values()];
      entries.clear();
      for (const { source } of open) await (await source.catch(() => undefined))?.close();
    },
  };
}
