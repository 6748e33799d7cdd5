import type { Clip } from '../../../../src/core/clip.js';
import type { ClipGenerator } from '../../../../src/generator/clip-generator.js';
import type { ModelManifest } from '../../../../src/generator/model/manifest.js';

export interface Call {
  readonly labels: readonly number[];
  readonly firstIndex: number;
  readonly signal: AbortSignal | undefined;
  /** Gives the clips of the call. */
  readonly finish: () => void;
  readonly fail: (error: unknown) => void;
}

/** A clip of one joint and one frame. */
export function clipOf(label: number, index: number): Clip {
  return {
    id: `fake/${index}`,
    keypoint: new Float32Array(3).fill(index),
    shape: { M: 1, T: 1, V: 1, C: 3 },
    label,
    layout: 'point',
    fps: 20,
    provenance: { kind: 'generated', model: 'fake@00000000', seed: 0, index, settings: '' },
  };
}

/** A generator whose calls end when the test says so; an abort rejects them. */
export function fakeGenerator(groupSize = 4) {
  const calls: Call[] = [];
  let open = 0;
  const generator: ClipGenerator = {
    manifest: {} as ModelManifest,
    groupSize,
    generate(labels, first, signal) {
      // Whoever fills a cache counts indices on.
      const firstIndex = first as number;
      if (++open > 1) throw new Error('two groups at a time');
      return new Promise<Clip[]>((resolve, reject) => {
        const end =
          <A>(done: (value: A) => void) =>
          (value: A): void => {
            open--;
            done(value);
          };
        const finish = end(resolve);
        const fail = end(reject);
        signal?.addEventListener('abort', () => fail(signal.reason), { once: true });
        calls.push({
          labels,
          firstIndex,
          signal,
          fail,
          finish: () => finish(labels.map((label, i) => clipOf(label, firstIndex + i))),
        });
      });
    },
    close: () => Promise.resolve(),
  };
  return { generator, calls };
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
