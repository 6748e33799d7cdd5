/** What stands on a shelf. */
export interface Shelved {
  readonly label: number;
  /** 0 fresh, then 1 + replays. Changes only while the entry is off its shelf. */
  readonly uses: number;
}

/** Entries by class, then by number of uses, in the order they were put there. */
export interface ClassShelves<E extends Shelved> {
  put(entry: E): void;
  /** Takes the entry off; without effect where it isn't there. */
  remove(entry: E): void;
  /** The oldest fresh entry of a class. */
  firstFresh(label: number): E | undefined;
  /** The first of those with the fewest uses, at least one, leaving out `except`. Costs one step a number of uses. */
  leastUsed(label: number, except?: E): E | undefined;
  fresh(label: number): number;
}

/** Empty shelves. */
export function createClassShelves<E extends Shelved>(): ClassShelves<E> {
  const shelves = new Map<number, Map<number, Set<E>>>();
  return {
    put(entry) {
      const shelf = shelves.get(entry.label) ?? new Map<number, Set<E>>();
      const row = shelf.get(entry.uses) ?? new Set<E>();
      shelves.set(entry.label, shelf.set(entry.uses, row.add(entry)));
    },
    remove(entry) {
      const shelf = shelves.get(entry.label);
      const row = shelf?.get(entry.uses);
      row?.delete(entry);
      if (row?.size === 0) shelf!.delete(entry.uses);
    },
    firstFresh(label) {
      const [entry] = shelves.get(label)?.get(0) ?? [];
      return entry;
    },
    leastUsed(label, except) {
      let best: E | undefined;
      for (const [uses, row] of shelves.get(label) ?? []) {
        if (uses === 0 || (best && best.uses <= uses)) continue;
        const [first, second] = row;
        best = (first === except ? second : first) ?? best;
      }
      return best;
    },
    fresh: (label) => shelves.get(label)?.get(0)?.size ?? 0,
  };
}
