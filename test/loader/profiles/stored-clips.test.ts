import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeNpz } from '../../../src/cli/npz/write-npz.js';
import type { Clip } from '../../../src/core/clip.js';
import type { Sample } from '../../../src/core/sample.js';
import { createProfile, createRealSource, loadLayout, openDataset } from '../../../src/loader/index.js';
import { expectGolden, profiled, sequence } from '../support/golden.js';

const ntu = await loadLayout('ntu');

/** A file of CTR-GCN with the clips for which the golden values were made. */
async function npz(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skelmix-profiles-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const lone = sequence(300, 90, ntu);
  lone.keypoint.fill(0, 300 * 75);
  const clips = [sequence(300, 137, ntu), lone, sequence(300, 40, ntu)];
  const rows = new Float32Array(3 * 300 * 150);
  for (const [n, { keypoint }] of clips.entries())
    for (let m = 0; m < 2; m++)
      for (let t = 0; t < 300; t++)
        rows.set(keypoint.subarray((m * 300 + t) * 75, (m * 300 + t + 1) * 75), (n * 300 + t) * 150 + m * 75);
  const x = { dtype: '<f4', shape: [3, 300, 150], data: rows } as const;
  const y = { dtype: '<f4', shape: [3, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0, 1, 0, 0) } as const;
  await writeNpz(join(folder, name), { x_train: x, y_train: y, x_test: x, y_test: y });
  return join(folder, name);
}

describe('clips that the recognizers prepared themselves', () => {
  it.each([0, 1])('a row of CTR-GCN is what its own feeder makes of it, with %d workers', async (workers) => {
    const dataset = await openDataset(`ctrgcn:${await npz('clips.npz')}`, { split: 'test' });
    expect(dataset.space).toBe('ctrgcn');
    for (const [name, golden] of [
      ['ctrgcn-ntu60', 'ctrgcn bone=False vel=False'],
      ['ctrgcn-ntu120', 'ctrgcn bone=False vel=False'],
      ['skateformer-ntu', 'skate j uniform=True'],
    ] as const) {
      const profile = createProfile({ name, layout: dataset.layout, phase: 'test', space: dataset.space! });
      const source = await createRealSource(dataset, { profile, seed: 1, workers });
      for (const i of [0, 1, 2]) expectGolden(`${golden} ${i}`, ((await source.readItem(i, 0)) as Sample).x);
      await source.close();
    }
  });

  it('a file that InfoGCN made is not turned once more', async () => {
    const dataset = await openDataset(`ctrgcn:${await npz('NTU60_CS_aligned.npz')}`, { split: 'xsub/val' });
    const aligned = createProfile({ name: 'infogcn-ntu60', layout: ntu, phase: 'test', space: dataset.space! });
    const x = aligned.finish(aligned.prepare(await dataset.read(0)), { seed: 1, round: 0 }, 'real').x;
    expectGolden('ctrgcn bone=False vel=False 0', x);
    const turned = profiled('infogcn-ntu60', await dataset.read(0), ntu, { space: 'ctrgcn' }).x;
    expect(Math.max(...turned.map((value, i) => Math.abs(value - x[i]!)))).toBeGreaterThan(0.1);
  });

  it('annotations say where they are float16, and how many frames are real', () => {
    const clip = sequence(40, 40, ntu, 1);
    for (const half of [true, false]) {
      const { x, extras, shape } = profiled('annotation', half ? { ...clip, half } : clip, ntu, { args: { window_size: 50 } });
      expect([extras!.half!.data[0], extras!.n!.data[0]]).toEqual([half ? 1 : 0, 40]);
      expect(shape).toEqual({ K: 1, C: 3, T: 50, V: 25, M: 2 });
      expect(x.subarray(0, clip.keypoint.length)).toEqual(clip.keypoint);
      expect(x.subarray(clip.keypoint.length).every((value) => value === 0)).toBe(true);
    }
    const cut = profiled('annotation', clip, ntu, { args: { window_size: 30, num_person: 1 } });
    expect(cut.extras!.n!.data[0]).toBe(30);
    expect(cut.x).toEqual(clip.keypoint.subarray(0, 30 * 75));
  });

  it('what 2s-AGCN normalised stays as it is', () => {
    const clip = sequence(300, 137, ntu);
    const once = profiled('agcn-ntu', clip, ntu).x;
    const stored: Clip = { ...clip, keypoint: backToClip(once) };
    expect(profiled('agcn-ntu', stored, ntu, { space: 'agcn' }).x).toEqual(once);
  });

  it("a recorded clip and the same in CTR-GCN's space give the same samples", () => {
    const stored = sequence(100, 90, ntu);
    const origin = stored.keypoint.slice(3 * ntu.centre, 3 * ntu.centre + 3);
    const moved = stored.keypoint.map((value, i) => (value === 0 ? 0 : Math.fround(value - origin[i % 3]!)));
    const recorded = profiled('ctrgcn-ntu60', stored, ntu).x;
    expect(recorded).toEqual(profiled('ctrgcn-ntu60', { ...stored, keypoint: moved }, ntu, { space: 'ctrgcn' }).x);
  });
});

describe('a lone actor', () => {
  const lone = sequence(90, 90, ntu, 1);
  const second = (x: Float32Array): number[] => Array.from(x).filter((_, i) => i % 2 === 1);
  const first = (x: Float32Array): number[] => Array.from(x).filter((_, i) => i % 2 === 0);

  it('fills both places of NTU RGB+D 120, and leaves the second one of NTU RGB+D empty', () => {
    const both = profiled('ctrgcn-ntu120', lone, ntu).x;
    expect(second(both)).toEqual(first(both));
    const one = profiled('ctrgcn-ntu60', lone, ntu).x;
    expect(first(one)).toEqual(first(both));
    expect(second(one).every((value) => value === 0)).toBe(true);
  });

  it('fills both places too where it was generated for clips that are stored in that space', () => {
    const generated: Clip = { ...lone, provenance: { kind: 'generated', model: 'm', seed: 0, index: 0, settings: '' } };
    const both = profiled('ctrgcn-ntu120', generated, ntu, { space: 'ctrgcn' }).x;
    expect(second(both)).toEqual(first(both));
  });
});

/** [3, 300, 25, 2] back to [2, 300, 25, 3]. */
function backToClip(x: Float32Array): Float32Array {
  const keypoint = new Float32Array(x.length);
  for (let m = 0; m < 2; m++)
    for (let joint = 0; joint < 300 * 25; joint++)
      for (let c = 0; c < 3; c++) keypoint[(m * 7500 + joint) * 3 + c] = x[(c * 7500 + joint) * 2 + m]!;
  return keypoint;
}
