import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutFile } from '../../../src/cli/export/layout-file.js';
import { pickle } from '../../../src/cli/export/pickle.js';
import { CLIP_FORMATS, CLIP_WRITERS, type ClipFormat } from '../../../src/cli/export/writers.js';
import type { Clip } from '../../../src/core/clip.js';
import { type Layout, parseLayout } from '../../../src/core/layout.js';
import { memorySource } from '../../../src/loader/formats/byte-source.js';
import { parsePickle } from '../../../src/loader/formats/pickle/parse-pickle.js';
import { arrayToFloat32, type PickledArray } from '../../../src/loader/formats/pickle/pickled-array.js';
import { loadLayout, openDataset } from '../../../src/loader/index.js';
import { bundledLayouts } from '../../../src/loader/load-layout.js';
import { pythonWith } from '../../support/python.js';

const python = pythonWith('numpy');
const folder = mkdtempSync(join(tmpdir(), 'skelmix-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('ntu');
});
const CLASSES = ['wave', 'walk', 'sit'];

/** Values that half precision holds exactly, so that every form gives them back. */
const clipsOf = (M: number, T: number, of: Layout, labels: readonly number[]): Clip[] =>
  labels.map((label, n) => {
    const shape = { M, T, V: of.joints.length, C: of.channels };
    const keypoint = Float32Array.from({ length: M * T * shape.V * shape.C }, (_, i) => ((i * 7 + n * 13) % 511) / 128 + 0.5);
    const provenance = { kind: 'generated', model: 'm@1', seed: 1, index: n, settings: '' } as const;
    return { id: `synthetic/m@1/x/1/${n}/c${label}`, keypoint, shape, label, layout: of.name, fps: 20, provenance };
  });

const SPECS: Readonly<Record<ClipFormat, string>> = { npz: 'npz', 'ctrgcn-npz': 'ctrgcn', 'pyskl-pkl': 'pyskl' };

describe.each(CLIP_FORMATS)('clips written as %s', (format) => {
  const path = join(folder, `clips.${format === 'pyskl-pkl' ? 'pkl' : 'npz'}`);

  it('come back from our own reader', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
        async (M, T, labels) => {
          const clips = clipsOf(M, T, layout, labels);
          await CLIP_WRITERS[format](path, { clips, classes: CLASSES, layout });
          const dataset = await openDataset(`${SPECS[format]}:${path}`, { split: 'train' });
          expect(dataset.items.map(({ label }) => label)).toEqual(labels);
          expect(dataset.layout.joints).toEqual(layout.joints);
          for (const [n, clip] of clips.entries()) {
            const read = await dataset.read(n);
            // CTR-GCN's rows have at least two persons.
            const persons = format === 'ctrgcn-npz' ? Math.max(2, M) : M;
            expect(read.shape).toEqual({ ...clip.shape, M: persons });
            expect(read.keypoint.subarray(0, clip.keypoint.length)).toEqual(clip.keypoint);
            expect(read.keypoint.subarray(clip.keypoint.length).every((value) => value === 0)).toBe(true);
          }
        },
      ),
      { numRuns: 15 },
    );
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe.skipIf(!python)('the stock loaders (needs a Python with numpy)', () => {
  const run = (script: string, path: string): unknown =>
    JSON.parse(
      execFileSync(python!, ['-W', 'error', '-c', `import json, pickle, sys\nimport numpy as np\n${script}`, path], {
        encoding: 'utf8',
      }),
    );

  it('of CTR-GCN read ctrgcn-npz: the reshape and the labels of its feeder', async () => {
    const path = join(folder, 'stock.npz');
    const clips = clipsOf(1, 3, layout, [2, 0]);
    await CLIP_WRITERS['ctrgcn-npz'](path, { clips, classes: CLASSES, layout });
    const script = `
f = np.load(sys.argv[1])
x, label = f['x_train'], np.where(f['y_train'] > 0)[1]
N, T, _ = x.shape
x = x.reshape((N, T, 2, 25, 3)).transpose(0, 4, 1, 3, 2)
print(json.dumps([x.shape, x.dtype.str, label.tolist(), float(x[1, 2, 1, 24, 0]), float(abs(x[..., 1]).max()), f['x_test'].shape]))`;
    const last = clips[1]!.keypoint[(1 * 25 + 24) * 3 + 2]!;
    expect(run(script, path)).toEqual([[2, 3, 3, 25, 2], '<f4', [2, 0], last, 0, [0, 3, 150]]);
  });

  it('of PYSKL read pyskl-pkl: a pickle of its annotations', async () => {
    const path = join(folder, 'stock.pkl');
    const clips = clipsOf(2, 3, layout, [1, 2]);
    await CLIP_WRITERS['pyskl-pkl'](path, { clips, classes: CLASSES, layout });
    const script = `
with open(sys.argv[1], 'rb') as file:
    d = pickle.load(file)
a = d['annotations'][1]
k = a['keypoint'].astype(np.float32)
print(json.dumps([d['split'], a['frame_dir'], a['label'], a['total_frames'], a['keypoint'].dtype.str, k.shape, [float(v) for v in k[1, 2, 24]]]))`;
    const names = clips.map(({ id }) => id);
    const last = [...clips[1]!.keypoint.slice(-3)];
    expect(run(script, path)).toEqual([{ train: names, val: [] }, names[1], 2, 3, '<f2', [2, 3, 25, 3], last]);
  });

  it('of PYSKL get scores with 2-D clips', async () => {
    const path = join(folder, 'stock-2d.pkl');
    const coco = await loadLayout('coco-17');
    const [clip] = clipsOf(1, 2, coco, [0]);
    clip!.keypoint.fill(0, 4, 6);
    await CLIP_WRITERS['pyskl-pkl'](path, { clips: [clip!], classes: CLASSES, layout: coco });
    const script = `
with open(sys.argv[1], 'rb') as file:
    s = pickle.load(file)['annotations'][0]['keypoint_score']
print(json.dumps([s.shape, s[0, 0, :4].tolist(), float(s.sum())]))`;
    expect(run(script, path)).toEqual([[1, 2, 17], [1, 1, 0, 1], 33]);
  });
});

describe('a pickle', () => {
  it('comes back from our own reader, whatever it holds', () => {
    const text = fc.string({ maxLength: 40, unit: 'grapheme' });
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (content) => {
        expect(parsePickle(memorySource(Buffer.concat([...pickle(content as never)]), 'x'))).toEqual(content);
      }),
    );
  });

  it('keeps arrays of any shape', () => {
    const float16 = Float32Array.of(1, -2.5, 0.125, 4, 5, 6);
    const source = memorySource(Buffer.concat([...pickle({ float16, shape: [1, 3, 2] })]), 'x');
    const array = parsePickle(source) as PickledArray;
    expect([array.shape, arrayToFloat32(array, source)]).toEqual([[1, 3, 2], float16]);
  });

  it('refuses numbers that are not whole', () => {
    expect(() => [...pickle(0.5)]).toThrow(RangeError);
    expect(() => [...pickle(2 ** 31)]).toThrow(RangeError);
  });
});

it('every layout that comes along is the same after it was written', async () => {
  for (const name of await bundledLayouts()) {
    const own = await loadLayout(name);
    expect(parseLayout(JSON.parse(JSON.stringify(layoutFile(own))), name)).toEqual(own);
  }
});
