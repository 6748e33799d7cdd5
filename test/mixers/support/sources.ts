import type { Layout } from '../../../src/core/layout.js';
import type { Origin, Sample } from '../../../src/core/sample.js';
import type { RealSource, StreamInfo, SyntheticSource } from '../../../src/core/source.js';

export const SHAPE = { K: 1, C: 2, T: 3, V: 1, M: 1 } as const;
const LENGTH = 6;

const LAYOUT: Layout = {
  name: 'point',
  channels: 2,
  joints: ['point'],
  parents: [-1],
  root: 0,
  centre: 0,
  mirror: [0],
  feet: [],
  source: 'test',
};

/** A sample whose values are all `value`. */
export function sampleOf(id: string, label: number, origin: Origin, value = 0): Sample {
  const provenance = { kind: 'simulated', dataset: 'test', seed: 0, index: 0 } as const;
  return { id, x: new Float32Array(LENGTH).fill(value), shape: SHAPE, label, origin, provenance };
}

/** A stream of the given sizes over classes named a, b, c ... */
export function infoOf(batchSize: number, epochSize: number, numClasses: number): StreamInfo {
  return {
    dataset: 'test',
    simulated: true,
    model: null,
    split: 'train',
    layout: LAYOUT,
    classes: Array.from({ length: numClasses }, (_, label) => String.fromCharCode(97 + label)),
    batchShape: { N: batchSize, ...SHAPE },
    profile: { name: 'plain', digest: 'none', phase: 'train', args: {} },
    fields: ['x', 'y', 'index'],
    axes: 'CTVM',
    extras: [],
    epochBatches: Math.ceil(epochSize / batchSize),
    epochSize,
    seed: 1,
    configHash: 'none',
  };
}

/** Real samples out of an array: r0, r1 ... of classes 0, 1 ... in turn; substitutes are s0, s1 ... */
export function arrayReal(size: number, numClasses: number): RealSource & { reads: string[] } {
  const reads: string[] = [];
  return {
    size,
    classShares: new Array(numClasses).fill(1 / numClasses),
    reads,
    read(index, cycle) {
      const id = `${cycle === 'main' ? 'r' : 's'}${index}`;
      reads.push(id);
      return sampleOf(id, index % numClasses, 'real', index);
    },
  };
}

/** Real samples that come when the test says so, by id. */
export function pendingReal(size: number, numClasses: number) {
  const open = new Map<string, { resolve: (sample: Sample) => void; reject: (error: unknown) => void; label: number }>();
  const reads: string[] = [];
  const source: RealSource = {
    size,
    classShares: new Array(numClasses).fill(1 / numClasses),
    read(index, cycle) {
      const id = `${cycle === 'main' ? 'r' : 's'}${index}`;
      reads.push(id);
      return new Promise((resolve, reject) => open.set(id, { resolve, reject, label: index % numClasses }));
    },
  };
  return {
    source,
    reads,
    answer: (id: string) => open.get(id)!.resolve(sampleOf(id, open.get(id)!.label, 'real')),
    fail: (id: string, error: unknown) => open.get(id)!.reject(error),
  };
}

/** Synthetic samples out of arrays: `fresh` and `replays` by class, as many as the test puts there. */
export function arraySynthetic() {
  const fresh = new Map<number, Sample[]>();
  const replays = new Map<number, Sample[]>();
  const waiters = new Set<{ label: number; resolve: () => void; reject: (error: unknown) => void }>();
  let made = 0;
  const put = (shelf: Map<number, Sample[]>, label: number, sample: Sample): void => {
    shelf.set(label, [...(shelf.get(label) ?? []), sample]);
  };
  const wake = (label: number): void => {
    for (const waiter of waiters) if (waiter.label === label) waiter.resolve();
  };
  const source: SyntheticSource = {
    takeFresh: (label) => fresh.get(label)?.shift(),
    takeReplay: (label) => replays.get(label)?.shift(),
    waitFor(label, signal) {
      return new Promise<void>((resolve, reject) => {
        const waiter = { label, resolve, reject };
        waiters.add(waiter);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
  return {
    source,
    addFresh(label: number, count = 1) {
      for (let n = 0; n < count; n++) put(fresh, label, sampleOf(`f${made++}`, label, 'synthetic'));
      wake(label);
    },
    addReplay(label: number, count = 1) {
      for (let n = 0; n < count; n++) put(replays, label, sampleOf(`p${made++}`, label, 'replayed'));
    },
    fail(error: unknown) {
      for (const waiter of waiters) waiter.reject(error);
    },
    left: (label: number) => fresh.get(label)?.length ?? 0,
  };
}

/** Lets everything that is ready to run, run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
