import { writeNpz } from '../../src/cli/npz/write-npz.js';
import { keyedRandom } from '../../src/core/random.js';

const [FRAMES, PERSONS, JOINTS] = [300, 2, 25];
const WIDTH = PERSONS * JOINTS * 3;

/**
 * Writes clips of the sizes of NTU RGB+D in the form of CTR-GCN: 60 to 140 frames, two persons in half of them, who move smoothly. For
 * measurements, not for training.
 */
export async function writeNtuLikeClips(path: string, count: number): Promise<void> {
  const x = new Float32Array(count * FRAMES * WIDTH);
  const y = new Float32Array(count * 60);
  for (let n = 0; n < count; n++) {
    const random = keyedRandom('bench clip', n);
    const frames = 60 + random.int(81);
    const width = n % 2 === 0 ? WIDTH : WIDTH / 2;
    for (let i = 0; i < width; i++) {
      const [place, far, pace, phase] = [random.normal(), random.uniform(), 0.1 + 0.2 * random.uniform(), 7 * random.uniform()];
      for (let t = 0; t < frames; t++)
        x[(n * FRAMES + t) * WIDTH + i] = place + far * Math.sin(pace * t + phase) + 1e-3 * random.normal();
    }
    y[n * 60 + (n % 60)] = 1;
  }
  const none = new Float32Array(0);
  await writeNpz(path, {
    x_train: { dtype: '<f4', shape: [count, FRAMES, WIDTH], data: x },
    y_train: { dtype: '<f4', shape: [count, 60], data: y },
    x_test: { dtype: '<f4', shape: [0, FRAMES, WIDTH], data: none },
    y_test: { dtype: '<f4', shape: [0, 60], data: none },
  });
}
