import type { Batch } from '../src/core/batch.js';
import type { Layout } from '../src/core/layout.js';
import { keyedRandom } from '../src/core/random.js';
import type { Origin, Sample } from '../src/core/sample.js';
import type { RealSource, StreamInfo, SyntheticSource } from '../src/core/source.js';
import { createMixer, type Mixer } from '../src/mixers/index.js';
import { paired, secondsOf } from './harness/paired.js';
import type { BenchOptions, Row } from './harness/row.js';

/** Samples of NTU RGB+D as most recognizers take them. */
const SHAPE = { K: 1, C: 3, T: 64, V: 25, M: 2 } as const;
const BATCH_SIZE = 64;
const CLASSES = 60;
const CACHED = 512;

const LAYOUT: Layout = {
  name: 'none',
  channels: 3,
  joints: ['joint'],
  parents: [-1],
  root: 0,
  centre: 0,
  mirror: [0],
  feet: [],
  source: 'bench',
};

function samplesOf(origin: Origin): Sample[] {
  const { C, T, V, M } = SHAPE;
  return Array.from({ length: CACHED }, (_, index) => ({
    id: `${origin}/${index}`,
    x: new Float32Array(C * T * V * M).fill(keyedRandom(origin, index).uniform()),
    shape: SHAPE,
    label: index % CLASSES,
    origin,
    provenance: { kind: 'simulated', dataset: 'bench', seed: 0, index } as const,
  }));
}

/** Sources whose every sample is ready. */
function cachedSources(): { real: RealSource; synthetic: SyntheticSource; samples: readonly Sample[] } {
  const samples = samplesOf('real');
  const made = samplesOf('synthetic');
  let taken = 0;
  return {
    samples,
    real: {
      size: CACHED,
      classShares: new Array(CLASSES).fill(1 / CLASSES),
      read: (index) => samples[index % CACHED]!,
    },
    synthetic: {
      takeFresh: (label) => ({ ...made[taken++ % CACHED]!, label }),
      takeReplay: () => undefined,
      waitFor: () => Promise.resolve(),
    },
  };
}

const INFO: StreamInfo = {
  dataset: 'bench',
  simulated: true,
  model: null,
  split: 'train',
  layout: LAYOUT,
  classes: Array.from({ length: CLASSES }, (_, label) => String(label)),
  batchShape: { N: BATCH_SIZE, ...SHAPE },
  profile: { name: 'plain', digest: '', phase: 'train', args: {} },
  fields: ['x', 'y', 'index'],
  axes: 'CTVM',
  extras: [],
  epochBatches: CACHED / BATCH_SIZE,
  epochSize: CACHED,
  seed: 1,
  configHash: '',
};

/** The least that any loader must do: allocate a batch and copy ready samples into it. */
function copyBatch(samples: readonly Sample[], from: number): Pick<Batch, 'x' | 'y'> {
  const { length } = samples[0]!.x;
  const x = new Float32Array(BATCH_SIZE * length);
  const y = new Int32Array(BATCH_SIZE);
  for (let n = 0; n < BATCH_SIZE; n++) {
    const sample = samples[(from + n) % samples.length]!;
    x.set(sample.x, n * length);
    y[n] = sample.label;
  }
  return { x, y };
}

/**
 * Samples a second of the mixer where every sample is ready, against a bare loop that copies the same number of samples. What
 * the mixer costs beyond that is the choice, the pipeline and the promises.
 */
export default async function mixers({ quick }: BenchOptions): Promise<Row[]> {
  const batches = quick ? 300 : 2000;
  const { real, synthetic, samples } = cachedSources();
  const rate = (seconds: number): number => (batches * BATCH_SIZE) / seconds;

  const row = (name: string, ratio: number, each: (mixer: Mixer, batch: number) => void = () => {}): Promise<Row> => {
    const mixer = createMixer({ real, synthetic, info: INFO, settings: { ratio, paused: false } });
    return paired({
      name,
      unit: 'samples/s',
      better: 'higher',
      ours: async () =>
        rate(
          await secondsOf(async () => {
            for (let batch = 0; batch < batches; batch++) {
              each(mixer, batch);
              await mixer.next();
            }
          }),
        ),
      baseline: async () =>
        rate(
          await secondsOf(async () => {
            for (let batch = 0; batch < batches; batch++) await copyBatch(samples, batch * BATCH_SIZE);
          }),
        ),
    });
  };

  return [
    await row('mixer, ratio 0', 0),
    await row('mixer, ratio 0.3', 0.3),
    await row('mixer, ratio 1', 1),
    await row('mixer, a new ratio before every batch', 0.3, (mixer, batch) =>
      mixer.set('ratio', (batch % 11) / 10 / 1.1, 'bench'),
    ),
  ];
}
