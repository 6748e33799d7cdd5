import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readManifest } from '../../src/generator/index.js';
import { runInProcess } from '../support/run-in-process.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

let model: Awaited<ReturnType<typeof tinyModel>>;
const cache = mkdtempSync(join(tmpdir(), 'skelmix-cache-'));
beforeAll(async () => {
  model = await tinyModel();
});
afterAll(async () => {
  rmSync(cache, { recursive: true });
  await model.remove();
});

const evaluate = (...args: string[]) =>
  runInProcess(['evaluate', '--data', TINY_DATA, '--evaluator-steps', '2', '--samples', '12', ...args], {
    env: { XDG_CACHE_HOME: cache },
  });

it('judges with a net that learnt from the other split, prints the figures and keeps them in the manifest', async () => {
  const { code, stdout, stderr } = await evaluate('--model', model.folder, '--json', '--save');
  expect(stderr).toMatch(/judge: trained on val, reads \d+\.\d % of train/);
  expect(code).toBe(0);
  const { samples, rows } = JSON.parse(stdout) as { samples: number; rows: { name: string; accuracy: number }[] };
  expect(samples).toBe(12);
  const { metrics } = await readManifest(model.folder);
  for (const { name, accuracy } of rows) expect(metrics[`${name}/accuracy`]).toBeCloseTo(accuracy, 3);
}, 60_000);

it('refuses a judge that learnt from the clips of the model', async () => {
  const { code, stderr } = await evaluate('--model', model.folder, '--judge-split', 'train');
  expect(code).toBe(2);
  expect(stderr).toMatch(/the judge must not learn from train, which the model was trained on/);
});

it('asks for a model', async () => {
  expect(await evaluate()).toMatchObject({ code: 2, stderr: expect.stringMatching(/name the model to evaluate with --model/) });
});
