import { ConfigError } from '../../../src/core/errors.js';
import type { Sample } from '../../../src/core/sample.js';
import type { IndexedSource, OpenedStream, StreamInfo, StreamProvider, StreamRequest } from '../../../src/core/source.js';
import { createMixer, type Mixer } from '../../../src/mixers/index.js';

const SHAPE = { K: 1, C: 2, T: 3, V: 1, M: 1 } as const;

/** A stream of ten batches of two samples an epoch, over points. */
export const POINTS: StreamInfo = {
  dataset: 'points',
  simulated: true,
  model: null,
  split: 'train',
  layout: {
    name: 'point',
    channels: 2,
    joints: ['point'],
    parents: [-1],
    root: 0,
    centre: 0,
    mirror: [0],
    feet: [],
    source: 'test',
  },
  classes: ['a', 'b', 'c'],
  batchShape: { N: 2, ...SHAPE },
  profile: { name: 'plain', digest: 'p1a1', phase: 'train', args: { window_size: 3 } },
  fields: ['x', 'y', 'index'],
  axes: 'CTVM',
  extras: [],
  epochBatches: 10,
  epochSize: 20,
  seed: 1,
  configHash: 'points',
};

/** A sample whose values are all `value`. */
export function point(id: string, label: number, origin: Sample['origin'], value: number): Sample {
  const provenance =
    origin === 'real'
      ? ({ kind: 'simulated', dataset: 'points', seed: 0, index: value } as const)
      : ({ kind: 'generated', model: 'm@1', seed: 0, index: value, settings: 's' } as const);
  return { id, x: new Float32Array(6).fill(value), shape: SHAPE, label, origin, provenance };
}

/** A mixer of real samples r0, r1 ... and synthetic ones e0, e1 ... that are a function of their number. */
export function pointMixer(info: StreamInfo = POINTS, ratio = 0): Mixer {
  const numClasses = info.classes.length;
  return createMixer({
    real: {
      size: info.epochSize,
      classShares: new Array(numClasses).fill(1 / numClasses),
      read: (index) => point(`r${index}`, index % numClasses, 'real', index),
    },
    synthetic: {
      takeFresh: () => undefined,
      takeReplay: () => undefined,
      waitFor: () => Promise.reject(new Error('nothing is waited for in an exact stream')),
      read: async (elements) => elements.map(({ index, label }) => point(`e${index}`, label, 'synthetic', 1000 + index)),
    },
    info,
    settings: { ratio, paused: false },
    policy: 'wait',
    exact: true,
  });
}

/** What was opened of a provider, and what of it is still open. */
export interface ArrayProvider extends StreamProvider {
  readonly requests: StreamRequest[];
  readonly openStreams: number;
  readonly main: Mixer;
}

/**
 * Streams over points: profile `wide` has another configuration, split `test` is read by index alone.
 *
 * @param spoil what a sample by index becomes; for a source that gives what it must not
 */
export function arrayProvider(spoil: (sample: Sample) => Sample = (sample) => sample, ratio = 0): ArrayProvider {
  const requests: StreamRequest[] = [];
  let openStreams = 0;
  const itemsOf = (info: StreamInfo): IndexedSource => ({
    info,
    size: 12,
    labels: Int32Array.from({ length: 12 }, (_, i) => i % 3),
    names: Array.from({ length: 12 }, (_, i) => `clip-${i}`),
    read: (index, epoch) => spoil(point(`clip-${index}`, index % 3, 'real', index + 100 * epoch)),
  });
  return {
    main: pointMixer(POINTS, ratio),
    splits: { train: 20, test: 12 },
    requests,
    get openStreams() {
      return openStreams;
    },
    async open(request): Promise<OpenedStream> {
      requests.push(request);
      const { profile, split = 'train' } = request;
      if (profile?.name !== undefined && profile.name !== 'wide' && profile.name !== 'plain')
        throw new ConfigError('CONFIG_INVALID', `no profile is called "${profile.name}"`, {
          details: { field: 'profile.name', got: profile.name },
        });
      if (split !== 'train' && split !== 'test')
        throw new ConfigError('CONFIG_INVALID', `no split is called "${split}"`, { details: { field: 'split', got: split } });
      const info: StreamInfo = {
        ...POINTS,
        split,
        configHash: `points${profile?.name === 'wide' ? ' wide' : ''}${split === 'test' ? ' test' : ''}`,
      };
      const source = split === 'train' ? pointMixer(info, ratio) : null;
      openStreams++;
      let open = true;
      return {
        source,
        items: itemsOf(info),
        close: async () => {
          if (open) openStreams--;
          open = false;
          source?.close();
        },
      };
    },
  };
}
