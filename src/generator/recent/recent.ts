import { LRUCache } from 'lru-cache';
import { ConfigError } from '../../core/errors.js';
import { createClassShelves } from './class-shelves.js';

/** What the cache must know of an item. */
export interface Labelled {
  readonly id: string;
  readonly label: number;
}

/** Bounds of a cache of recent items. */
export interface RecentOptions<T extends Labelled> {
  /** Bound of the sum of sizes. */
  readonly maxBytes: number;
  /** How often an item may be handed out again after its first time; 0 keeps nothing that was handed out. */
  readonly maxReuse: number;
  /** Bytes of an item, at least 1. */
  readonly sizeOf: (item: T) => number;
}

/** An item that is handed out. */
export interface Taken<T> {
  readonly item: T;
  /** How often it was handed out, this time included. */
  readonly uses: number;
}

/** Recent items by class, each fresh once and then replayed a bounded number of times. */
export interface Recent<T extends Labelled> {
  /**
   * Adds a fresh item. Room is made by dropping the least recently used replays first, and only then the oldest fresh items.
   * @throws ConfigError CONFIG_INVALID where the item alone is larger than `maxBytes`
   */
  add(item: T): void;
  /** The oldest item of the class that nobody had, or undefined. */
  takeFresh(label: number): Taken<T> | undefined;
  /**
   * An item of the class that was handed out before, or undefined: the least replayed one, among equals the one whose turn is
   * longest ago, and not the one handed out last as long as there is another.
   */
  takeReplay(label: number): Taken<T> | undefined;
  /** Fresh items, of one class or of all. */
  fresh(label?: number): number;
  /** How many items of the largest size seen would fit beside the fresh ones if every replay were dropped; Infinity before the first item. */
  readonly room: number;
  readonly stats: {
    readonly bytes: number;
    readonly items: number;
    /** Replays handed out. */
    readonly hits: number;
    /** Items dropped before their last use, to keep the bound. */
    readonly evicted: number;
  };
}

interface Entry<T> {
  readonly item: T;
  readonly label: number;
  readonly size: number;
  uses: number;
}

/** An empty cache. */
export function createRecent<T extends Labelled>({ maxBytes, maxReuse, sizeOf }: RecentOptions<T>): Recent<T> {
  const shelves = createClassShelves<Entry<T>>();
  const last = new Map<number, Entry<T>>();
  const fresh = { items: 0, bytes: 0 };
  let largest = 0;
  let hits = 0;
  let evicted = 0;

  const leave = (entry: Entry<T>): void => {
    shelves.remove(entry);
    if (entry.uses > 0) return;
    fresh.items--;
    fresh.bytes -= entry.size;
  };

  const cache = new LRUCache<string, Entry<T>>({
    maxSize: maxBytes,
    sizeCalculation: ({ size }) => size,
    dispose(entry, _id, reason) {
      leave(entry);
      if (last.get(entry.label) === entry) last.delete(entry.label);
      if (reason === 'evict') evicted++;
    },
  });

  const use = (entry: Entry<T>): Taken<T> => {
    leave(entry);
    entry.uses++;
    if (entry.uses > maxReuse) cache.delete(entry.item.id);
    else {
      shelves.put(entry);
      last.set(entry.label, entry);
      // Marks it as the most recently used.
      cache.get(entry.item.id);
    }
    return { item: entry.item, uses: entry.uses };
  };

  const leastRecentReplay = (): Entry<T> | undefined => {
    for (const entry of cache.rvalues()) if (entry && entry.uses > 0) return entry;
    return undefined;
  };

  const makeRoom = (size: number): void => {
    while (cache.calculatedSize + size > maxBytes) {
      const entry = leastRecentReplay();
      if (!entry) return;
      cache.delete(entry.item.id);
      evicted++;
    }
  };

  return {
    add(item) {
      const size = Math.max(1, sizeOf(item));
      if (size > maxBytes)
        throw new ConfigError(
          'CONFIG_INVALID',
          `synthetic clip ${item.id} has ${size} bytes, more than the ${maxBytes} bytes of the whole cache of recent clips: allow it more`,
          { details: { id: item.id, bytes: size, maxBytes } },
        );
      cache.delete(item.id);
      makeRoom(size);
      const entry: Entry<T> = { item, label: item.label, size, uses: 0 };
      cache.set(item.id, entry);
      shelves.put(entry);
      fresh.items++;
      fresh.bytes += size;
      largest = Math.max(largest, size);
    },
    takeFresh(label) {
      const entry = shelves.firstFresh(label);
      return entry && use(entry);
    },
    takeReplay(label) {
      const entry = shelves.leastUsed(label, last.get(label)) ?? shelves.leastUsed(label);
      if (!entry) return undefined;
      hits++;
      return use(entry);
    },
    fresh: (label) => (label === undefined ? fresh.items : shelves.fresh(label)),
    get room() {
      return largest === 0 ? Number.POSITIVE_INFINITY : Math.floor((maxBytes - fresh.bytes) / largest);
    },
    get stats() {
      return { bytes: cache.calculatedSize, items: cache.size, hits, evicted };
    },
  };
}
