export interface LabelNeeds {
  /** Clips of one group. */
  readonly groupSize: number;
  /** Fresh clips that are to be ready, all classes together. */
  readonly freshTarget: number;
  /** Fresh clips that memory has room for, beside those there are. */
  readonly room: number;
  /** Share of each class among the synthetic clips that are taken. */
  readonly shares: readonly number[];
  /** Fresh clips of a class. */
  readonly fresh: (label: number) => number;
  /** Callers that wait for a fresh clip of a class. */
  readonly waiting: (label: number) => number;
}

/**
 * The classes of the next group of clips, or none where nothing is needed. Pure.
 *
 * First come the clips that somebody waits for, one class after the other; the rest of the group goes to the classes with the
 * fewest fresh clips for their share (highest averages with Webster's divisor). Where nobody waits, a group is made only if it
 * fits whole below `freshTarget`: what nobody may need is not made.
 */
export function chooseLabels({ groupSize, freshTarget, room, shares, fresh, waiting }: LabelNeeds): number[] {
  const have = shares.map((_, label) => fresh(label));
  const missing = shares.map((_, label) => Math.max(0, waiting(label) - have[label]!));
  const labels: number[] = [];
  const most = Math.max(1, Math.min(groupSize, room));

  for (let found = true; found && labels.length < most; ) {
    found = false;
    for (let label = 0; label < missing.length && labels.length < most; label++) {
      if (missing[label]! === 0) continue;
      missing[label]!--;
      labels.push(label);
      found = true;
    }
  }

  // What lies there of a class that is no longer taken is no stock.
  const total = have.reduce((a, b, label) => (shares[label]! > 0 ? a + b : a), 0);
  const free = Math.min(freshTarget - total, room);
  const whole = Math.min(groupSize, freshTarget, room + have.reduce((a, b) => a + b, 0));
  if (labels.length === 0 && (free < whole || free <= 0)) return [];
  const planned = [...have];
  for (const label of labels) planned[label]!++;
  while (labels.length < Math.min(groupSize, free)) {
    let best = -1;
    for (const [label, share] of shares.entries()) {
      if (share <= 0) continue;
      // (a + 1/2) / s < (b + 1/2) / t, without dividing
      if (best < 0 || (planned[label]! + 0.5) * shares[best]! < (planned[best]! + 0.5) * share) best = label;
    }
    if (best < 0) break;
    planned[best]!++;
    labels.push(best);
  }
  return labels;
}
