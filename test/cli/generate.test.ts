import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '../../src/loader/index.js';
import { runInProcess } from '../support/run-in-process.js';
import { tinyModel } from '../support/tiny-model.js';

let model: Awaited<ReturnType<typeof tinyModel>>;
beforeAll(async () => {
  model = await tinyModel();
});
afterAll(() => model.remove());

const generate = (...args: string[]) =>
  runInProcess([
    'generate',
    '--model',
    model.folder,
    '--generator-steps',
    '1',
    '--engine-name',
    'onnx',
    '--threads',
    '1',
    ...args,
  ]);

it.each([
  ['npz', 'clips.npz', 'npz', undefined],
  ['ctrgcn-npz', 'ctrgcn.npz', 'ctrgcn', 'utd-mhad'],
  ['pyskl-pkl', 'clips.pkl', 'pyskl', 'utd-mhad'],
])('generate --format %s writes a data set of its own', { timeout: 60_000 }, async (format, name, kind, layout) => {
  const { loadLayout } = await import('../../src/loader/index.js');
  const path = join(model.folder, name);
  const { code, stderr } = await generate('--format', format, '--out', path, '--count', '3', '--classes', '1,0');
  expect(stderr).toMatch(/3 clips of/);
  expect(code).toBe(0);
  const given = layout === undefined ? {} : { layout: await loadLayout(layout) };
  const dataset = await openDataset(`${kind}:${path}`, { split: 'train', ...given });
  expect(dataset.items.map(({ label }) => label)).toEqual([1, 0, 1]);
  expect((await dataset.read(2)).shape).toMatchObject({ T: 16, V: 20, C: 3 });
});

it('refuses a form that it does not know', async () => {
  const { code, stderr } = await generate('--format', 'csv', '--out', 'x');
  expect(code).toBe(2);
  expect(stderr).toMatch(/npz, ctrgcn-npz, pyskl-pkl/);
});
