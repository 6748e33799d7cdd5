import { ConfigError } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import type { Change, LiveSettings, Stats, StreamInfo } from '../../src/core/source.js';
import {
  type ClipViews,
  createBatchMeter,
  createLogTap,
  type PanelSessionEvent,
  type PanelSubject,
  type ShownClip,
} from '../../src/panel/index.js';

/** A clip of one person, two frames and three joints. */
export const SHOWN: ShownClip = {
  id: 'a/1',
  label: 1,
  origin: 'synthetic',
  seenAtMs: 5,
  fps: 30,
  shape: { M: 1, T: 2, V: 3, C: 3 },
  keypoint: Float32Array.from({ length: 18 }, (_, i) => i / 3),
  provenance: { kind: 'simulated', dataset: 'x', seed: 0, index: 0 },
};

/** A stream that a test moves by hand. */
export interface HandMoved extends PanelSubject {
  stats: (() => Stats) & { now: Record<string, number | string | boolean> };
  emit(event: PanelSessionEvent): void;
}

/** A stream of three classes at ratio 0.3 that takes `ratio` from 0 to 0.75, and whose clips are `SHOWN` alone. */
export function handMoved(): HandMoved {
  const changes = new Set<(change: Change) => void>();
  const sessions = new Set<(event: PanelSessionEvent) => void>();
  let settings: LiveSettings = { ratio: 0.3, paused: false };
  let rev = 0;
  const now: Record<string, number | string | boolean> = { 'mix.target': 0.3, 'mix.policy': 'replay', 'mix.paused': false };
  const clips: ClipViews = {
    list: (origin, label) => (origin === 'synthetic' && label === 1 ? [SHOWN] : []),
    find: async (id) => (id === SHOWN.id ? SHOWN : undefined),
    async regenerate(id) {
      if (id !== SHOWN.id) throw new ConfigError('CONFIG_CONFLICT', `${id} is of another model`);
      return { clip: SHOWN, maxDifference: 0 };
    },
  };
  return {
    source: {
      info: {
        dataset: 'hand',
        split: 'train',
        classes: ['a', 'b', 'c'],
        model: null,
        simulated: false,
        configHash: 'f',
      } as unknown as StreamInfo,
      get settings() {
        return settings;
      },
      get rev() {
        return rev;
      },
      nextSeq: 7,
      set(key, value, by, ifRev) {
        if (key !== 'ratio' || typeof value !== 'number' || value > 0.75)
          throw new ConfigError('CONFIG_INVALID', `${key} is ${value}: too much`, { details: { field: key } });
        if (ifRev !== undefined && ifRev !== rev) throw new ConfigError('CONFIG_CONFLICT', `revision is ${rev}`);
        settings = { ...settings, ratio: value };
        const change: Change = { rev: ++rev, key: 'ratio', value, effectiveSeq: 7, by };
        for (const listener of changes) listener(change);
        return change;
      },
      onChange(listener) {
        changes.add(listener);
        return () => changes.delete(listener);
      },
      stall: () => null,
    },
    endpoints: ['tcp://127.0.0.1:5757'],
    version: '1.2.3',
    stats: Object.assign(() => ({ ...now }), { now }),
    sessions: () => [],
    onSession(listener) {
      sessions.add(listener);
      return () => sessions.delete(listener);
    },
    emit(event) {
      for (const listener of sessions) listener(event);
    },
    batches: createBatchMeter(3),
    log: createLogTap(silentLogger),
    clips,
  };
}
