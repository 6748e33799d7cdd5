import { DataError } from '../core/errors.js';
import type { CheckReport } from './check-report.js';
import type { DatasetItem } from './dataset.js';
import { recordingsOf } from './datasets/open-recordings.js';
import type { Recordings } from './datasets/recordings.js';
import { findFlaw } from './find-flaw.js';
import { guessSpec } from './guess-spec.js';
import { median } from './median.js';
import type { RecordingsOptions } from './open-options.js';

export interface CheckOptions extends RecordingsOptions {
  /** Told before each clip how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads every clip of a recorded data set, of all splits, once, and tells what is there: counts, everything bad with its reason,
 * everything odd. Keeps no clip.
 *
 * @param what spec `NAME:PATH`, or a path whose kind is found out
 * @throws ConfigError CONFIG_INVALID (a path of no known kind); DataError where the data set can't be opened at all
 */
export async function checkDataset(what: string, options: CheckOptions = {}): Promise<CheckReport> {
  const spec = recordingsOf(what) ? what : await guessSpec(what, options);
  const { open, path } = recordingsOf(spec)!;
  const recordings = await open(path, options);
  const { name, layout, classes, fps, splits, items, rejected, leftOut } = recordings;
  const bad = rejected.map(({ id, error: { code, message } }) => ({ id, code: code as string, message }));
  const flaws: { id: string; flaw: string }[] = [];
  const good: DatasetItem[] = [];
  const lengths: number[] = [];
  const persons = new Map<number, number>();
  for (const [index, item] of items.entries()) {
    options.onProgress?.(index, items.length);
    try {
      const clip = await recordings.read(item);
      const flaw = findFlaw(clip, layout);
      if (flaw !== undefined) flaws.push({ id: item.id, flaw });
      good.push(item);
      lengths.push(clip.shape.T);
      persons.set(clip.shape.M, (persons.get(clip.shape.M) ?? 0) + 1);
    } catch (error) {
      // Anything else is a defect, not the file's.
      if (!(error instanceof DataError)) throw error;
      bad.push({ id: item.id, code: error.code, message: error.message });
    }
  }
  return {
    spec,
    name,
    layout: layout.name,
    joints: layout.joints.length,
    fps,
    files: items.length + rejected.length,
    clips: good.length,
    frames: {
      total: lengths.reduce((sum, frames) => sum + frames, 0),
      min: lengths.reduce((least, frames) => Math.min(least, frames), lengths[0] ?? 0),
      median: median(lengths),
      max: lengths.reduce((most, frames) => Math.max(most, frames), 0),
    },
    persons: [...persons].sort(([a], [b]) => a - b).map(([count, clips]) => ({ persons: count, clips })),
    ...countsOf(good, classes, splits),
    bad,
    flaws,
    leftOut: leftOut.map(({ reason, ids }) => ({ reason, clips: ids.length })),
  };
}

function countsOf(
  good: readonly DatasetItem[],
  classes: readonly string[],
  splits: Recordings['splits'],
): Pick<CheckReport, 'splits' | 'classes'> {
  const counts = classes.map((name, label) => ({ label, name, clips: 0, splits: {} as Record<string, number> }));
  const sizes = Object.keys(splits).map((name) => ({ name, clips: 0 }));
  for (const item of good) {
    const own = counts[item.label]!;
    own.clips++;
    for (const size of sizes) {
      if (!splits[size.name]!.has(item)) continue;
      size.clips++;
      own.splits[size.name] = (own.splits[size.name] ?? 0) + 1;
    }
  }
  return { splits: sizes, classes: counts };
}
