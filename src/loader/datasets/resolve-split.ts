import { DataError } from '../../core/errors.js';

/**
 * The data set's own name of a split, from that name or an alias.
 *
 * @param known canonical names, each with its aliases
 * @throws DataError SPLIT_UNKNOWN with the known names
 */
export function resolveSplit(split: string, dataset: string, known: Readonly<Record<string, readonly string[]>>): string {
  for (const [name, aliases] of Object.entries(known)) if (name === split || aliases.includes(split)) return name;
  const names = Object.entries(known).map(([name, aliases]) => (aliases.length > 0 ? `${name} (${aliases.join(', ')})` : name));
  throw new DataError('SPLIT_UNKNOWN', `${dataset} has no split "${split}"; it has ${names.join(' and ')}`, {
    details: { split, known: Object.keys(known) },
  });
}
