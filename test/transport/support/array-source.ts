import type { Batch, BatchShape } from '../../../src/core/batch.js';
import { ConfigError } from '../../../src/core/errors.js';
import type { Layout } from '../../../src/core/layout.js';
import type { BatchSource, Change, LiveSettings, Stall, StreamInfo } from '../../../src/core/source.js';

export const CHAIN: Layout = {
  name: 'chain',
  channels: 3,
  joints: ['hip', 'chest', 'head'],
  parents: [-1, 0, 1],
  root: 0,
  centre: 0,
  mirror: [0, 1, 2],
  feet: [0],
  source: 'test',
};

export const SHAPE: BatchShape = { N: 2, K: 1, C: 3, T: 4, V: 3, M: 1 };

/** Batch `seq` of the test stream: every value of x is its number, ids and labels count on. */
export function numberedBatch(seq: number, settings: LiveSettings, rev: number, epochBatches: number, shape = SHAPE): Batch {
  const { N, C, T, V, M } = shape;
  return {
    x: new Float32Array(N * C * T * V * M).fill(seq),
    shape,
    axes: 'CTVM',
    y: Int32Array.from({ length: N }, (_, i) => (seq * N + i) % 5),
    origin: Uint8Array.from({ length: N }, (_, i) => i % 3),
    weight: new Float32Array(N).fill(1),
    ids: Array.from({ length: N }, (_, i) => `clip-${seq * N + i}`),
    seq,
    epoch: Math.floor(seq / epochBatches),
    step: seq % epochBatches,
    rev,
    ratio: { target: settings.ratio, achieved: settings.ratio / 2 },
    mix: { real: 1, fresh: 1, replayed: 0 },
    madeAtMs: 1_700_000_000_123,
  };
}

export interface ArraySourceOptions {
  readonly epochBatches?: number;
  readonly shape?: BatchShape;
  readonly configHash?: string;
  readonly firstSeq?: number;
}

/** A BatchSource without a mixer. Batches are chosen at the call and ready in a later turn of the event loop. */
export class ArraySource implements BatchSource {
  readonly info: StreamInfo;
  settings: LiveSettings = { ratio: 0, paused: false };
  rev = 0;
  nextSeq: number;
  /** While set, `next` waits with this reason. */
  held: Stall | undefined;
  /** Errors for the coming calls of `next`. */
  readonly faults: Error[] = [];
  /** Most calls of `next` that were under way at once. */
  mostBuilding = 0;
  readonly changes: Change[] = [];
  private building = 0;
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly resumes = new Set<() => void>();

  constructor(options: ArraySourceOptions = {}) {
    const { epochBatches = 10, shape = SHAPE, configHash = 'c0ffee', firstSeq = 0 } = options;
    this.nextSeq = firstSeq;
    this.info = {
      dataset: 'numbers',
      simulated: true,
      model: null,
      split: 'train',
      layout: CHAIN,
      classes: ['a', 'b', 'c', 'd', 'e'],
      batchShape: shape,
      profile: { name: 'plain', digest: 'p1a1', phase: 'train', args: { window_size: 4 } },
      fields: ['x', 'y', 'index'],
      axes: 'CTVM',
      extras: [],
      epochBatches,
      epochSize: epochBatches * shape.N,
      seed: 7,
      configHash,
    };
  }

  async next(signal?: AbortSignal): Promise<Batch> {
    this.mostBuilding = Math.max(this.mostBuilding, ++this.building);
    try {
      const fault = this.faults.shift();
      if (fault) throw fault;
      const { settings, rev } = this;
      const seq = this.nextSeq++;
      await new Promise((resolve) => setImmediate(resolve));
      while (this.held) await this.resumed(signal);
      return numberedBatch(seq, settings, rev, this.info.epochBatches, this.info.batchShape);
    } finally {
      this.building--;
    }
  }

  set(key: string, value: unknown, by: string, ifRev?: number): Change {
    if (ifRev !== undefined && ifRev !== this.rev)
      throw new ConfigError('CONFIG_CONFLICT', `ifRev ${ifRev} is not the current revision ${this.rev}`);
    if (!(key in this.settings)) throw new ConfigError('CONFIG_INVALID', `"${key}" is not a live setting`);
    if (key === 'ratio' && !(typeof value === 'number' && value >= 0 && value <= 1))
      throw new ConfigError('CONFIG_INVALID', `ratio must be from 0 to 1, got ${value}`);
    this.settings = { ...this.settings, [key]: value };
    this.rev++;
    const change: Change = {
      rev: this.rev,
      key: key as Change['key'],
      value: value as number | boolean,
      effectiveSeq: this.nextSeq,
      by,
    };
    this.changes.push(change);
    for (const listener of this.listeners) listener(change);
    return change;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get buildingNow(): number {
    return this.building;
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  stall(): Stall | null {
    return this.held ?? null;
  }

  stats(): Record<string, number> {
    return { 'mix.batches': this.nextSeq };
  }

  release(): void {
    this.held = undefined;
    for (const resume of this.resumes) resume();
    this.resumes.clear();
  }

  private resumed(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resumes.add(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}
