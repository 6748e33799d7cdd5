import { ConfigError } from '../core/errors.js';
import type { IndexedSource, StreamInfo } from '../core/source.js';
import type { Dataset, LoaderSource } from '../loader/index.js';

/** A split by index: real samples alone, each a function of (seed, epoch, index). */
export function indexedSource({ items, name, split }: Dataset, info: StreamInfo, real: LoaderSource): IndexedSource {
  const size = items.length;
  return {
    info,
    size,
    labels: Int32Array.from(items, ({ label }) => label),
    names: items.map(({ id }) => id),
    read(index, epoch) {
      if (Number.isInteger(index) && index >= 0 && index < size) return real.readItem(index, epoch);
      const message = `${name} ${split} has no clip ${index}: there are ${size}, from 0 to ${size - 1}`;
      throw new ConfigError('CONFIG_INVALID', message, { details: { field: 'ids', got: index, expected: `below ${size}` } });
    },
  };
}
