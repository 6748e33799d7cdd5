import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createOnnxEngine } from '../../src/engine/index.js';
import { createClipGenerator, defaultSampling, loadModel } from '../../src/generator/index.js';
import { openDataset } from '../../src/loader/index.js';

const root = fileURLToPath(new URL('../../models/', import.meta.url));
const names = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

it('utd-mhad and puppet are bundled', () => {
  expect(names).toEqual(expect.arrayContaining(['puppet', 'utd-mhad']));
});

describe.each(names)('model %s', (name) => {
  const folder = `${root}${name}`;

  it('is below 10 MB and has a card that shows the accuracies of its manifest', async () => {
    const size = readdirSync(folder).reduce((sum, file) => sum + statSync(`${folder}/${file}`).size, 0);
    expect(size).toBeLessThan(10e6);
    const { manifest } = await loadModel(folder);
    expect(manifest.name).toBe(name);
    const card = readFileSync(`${folder}/README.md`, 'utf8');
    for (const row of ['real training clips', 'unguided', 'default'])
      expect(card).toContain(`| ${row} | ${manifest.metrics[`${row}/accuracy`]!.toFixed(3)} |`);
  });

  it('makes bodies: upright, of human size, moving, with bones of one length', async () => {
    const model = await loadModel(folder);
    const engine = await createOnnxEngine({ threads: 2 });
    const generator = createClipGenerator({ model, engine, seed: 3, settings: defaultSampling, groupSize: 4 });
    try {
      const { joints, parents } = model.manifest.layout;
      const [head, foot] = [joints.indexOf('head'), joints.indexOf('left_foot')];
      for (const { keypoint, shape } of await generator.generate([0, 3, 6, 9], 0)) {
        const { T, V } = shape;
        const at = (t: number, v: number) => keypoint.subarray((t * V + v) * 3, (t * V + v) * 3 + 3);
        const height = at(0, head)[1]! - at(0, foot)[1]!;
        expect(height).toBeGreaterThan(0.9);
        expect(height).toBeLessThan(2.1);
        let moved = 0;
        for (let v = 0; v < V; v++) {
          moved = Math.max(moved, Math.hypot(...at(T >> 1, v).map((value, c) => value - at(0, v)[c]!)));
          if (parents[v]! < 0) continue;
          const length = (t: number) => Math.hypot(...at(t, v).map((value, c) => value - at(t, parents[v]!)[c]!));
          expect(length(T - 1)).toBeCloseTo(length(0), 4);
        }
        expect(moved).toBeGreaterThan(0.05);
      }
    } finally {
      await generator.close();
      await engine.close();
    }
  });
});

it('the puppet model was trained on the clips that puppet makes by itself, so that npm start finds it fitting', async () => {
  const { manifest } = await loadModel(`${root}puppet`);
  const { digest, classes } = await openDataset('puppet', { split: 'train' });
  expect(manifest.dataset).toMatchObject({ digest, simulated: true });
  expect(manifest.classes).toEqual(classes);
});
