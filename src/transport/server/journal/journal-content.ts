import type { Change, LiveSettings } from '../../../core/source.js';
import { Progress } from '../progress.js';

/** A change and, for each group that was there, the first batch under it. */
export interface JournalChange extends Omit<Change, 'effectiveSeq'> {
  readonly at: Readonly<Record<string, number>>;
}

/** What a journal holds. */
export interface JournalContent {
  /** Settings that the log begins with. */
  readonly settings: LiveSettings;
  readonly changes: JournalChange[];
  readonly progress: Map<string, Progress>;
}

/** The first line of a journal: which stream it is of. */
export interface JournalHead {
  readonly skelmixJournal: 1;
  readonly configHash: string;
  readonly settings: LiveSettings;
}

/** A later line. `p` and `m` name a group and a batch: processed, moved to. `s` is the state of a group in a rewritten journal. */
export type JournalLine =
  | { readonly c: JournalChange }
  | { readonly p: readonly [string, number] }
  | { readonly m: readonly [string, number] }
  | { readonly s: readonly [string, number, readonly number[]] };

/** Adds a line to what a journal holds. */
export function applyLine(content: JournalContent, line: JournalLine): void {
  const of = (key: string, first: number): Progress => {
    let progress = content.progress.get(key);
    if (!progress) {
      progress = new Progress(first);
      content.progress.set(key, progress);
    }
    return progress;
  };
  if ('c' in line) content.changes.push(line.c);
  else if ('p' in line) of(line.p[0], 0).add(line.p[1]);
  else if ('m' in line) of(line.m[0], line.m[1]).reset(line.m[1]);
  else {
    const [key, mark, ahead] = line.s;
    const progress = of(key, mark);
    progress.reset(mark);
    for (const seq of ahead) progress.add(seq);
  }
}

/** The lines that say the same as a whole journal, as few as can be. */
export function linesOf({ changes, progress }: JournalContent): JournalLine[] {
  return [
    ...changes.map((c): JournalLine => ({ c })),
    ...[...progress].map(([key, { mark, ahead }]): JournalLine => ({ s: [key, mark, ahead] })),
  ];
}
