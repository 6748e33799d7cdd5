import { SkelmixError } from '../core/errors.js';
import type { Dataset } from './dataset.js';
import type { DatasetDescription } from './dataset-description.js';
import { median } from './median.js';

/** Reads every clip of a data set and counts. Bad clips are listed, other errors pass. */
export async function describeDataset(dataset: Omit<Dataset, 'describe'>): Promise<DatasetDescription> {
  const { layout, items, classes } = dataset;
  const byClass = classes.map(() => 0);
  const bySubject = new Map<string, number>();
  const lengths: number[] = [];
  const range = Array.from({ length: layout.channels }, (_, c) => ({ axis: 'xyz'[c]!, min: Infinity, max: -Infinity }));
  const badClips: { id: string; code: string; message: string }[] = [];
  for (const [index, item] of items.entries()) {
    try {
      const { keypoint, shape } = await dataset.read(index);
      keypoint.forEach((value, at) => {
        const axis = range[at % shape.C]!;
        if (value < axis.min) axis.min = value;
        if (value > axis.max) axis.max = value;
      });
      lengths.push(shape.T);
      byClass[item.label]! += 1;
      if (item.subject !== undefined) bySubject.set(item.subject, (bySubject.get(item.subject) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof SkelmixError) || error.code === 'BUG') throw error;
      badClips.push({ id: item.id, code: error.code, message: error.message });
    }
  }
  lengths.sort((a, b) => a - b);
  return {
    name: dataset.name,
    simulated: dataset.simulated,
    split: dataset.split,
    splits: Object.entries(dataset.splitSizes).map(([name, clips]) => ({ name, clips })),
    clips: items.length,
    classes: classes.map((name, label) => ({ label, name, clips: byClass[label]! })),
    subjects: [...bySubject].map(([name, clips]) => ({ name, clips })),
    frames: {
      total: lengths.reduce((sum, frames) => sum + frames, 0),
      min: lengths[0] ?? 0,
      median: median(lengths),
      max: lengths.at(-1) ?? 0,
    },
    fps: dataset.fps,
    layout: layout.name,
    joints: layout.joints.length,
    range: lengths.length > 0 ? range : [],
    badClips,
  };
}
