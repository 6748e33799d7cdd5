const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};

/**
 * Bytes of a size such as `256MB` (10^6), `1.5GiB` (2^30) or `4096`; undefined where the text is not one. Case and blanks
 * between number and unit do not matter.
 */
export function parseByteSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const unit = match && UNITS[match[2]!.toUpperCase()];
  return match && unit !== undefined && unit !== null ? Math.round(Number(match[1]) * unit) : undefined;
}

/** A byte count as people write it, in the largest decimal unit that keeps it exact: 256000000 is `256MB`. */
export function formatByteSize(bytes: number): string {
  for (const unit of ['GB', 'MB', 'KB']) if (bytes > 0 && bytes % UNITS[unit]! === 0) return `${bytes / UNITS[unit]!}${unit}`;
  return `${bytes}B`;
}
