import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Evaluation } from '../../src/evaluation/index.js';
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

const quick = ['--evaluator-steps', '2', '--recognizer-steps', '0', '--repetitions', '2', '--samples', '12'];
const evaluate = (...args: string[]) =>
  runInProcess(['evaluate', '--data', TINY_DATA, ...quick, ...args], { env: { XDG_CACHE_HOME: cache }, cwd: cache });

it('judges with a net that learnt from the other split, prints the figures, writes a report and keeps them in the manifest', async () => {
  const { code, stdout, stderr } = await evaluate('--model', model.folder, '--json', '--save', '--html', 'report.html');
  expect(stderr).toMatch(/the report is in report\.html/);
  expect(code).toBe(0);
  const { samples, judges, rows } = JSON.parse(stdout) as Evaluation;
  expect(samples).toBe(12);
  expect(judges[0]).toMatchObject({ name: 'gru', kind: 'gru', dataset: { split: 'val' } });
  expect(rows.map(({ name }) => name)).toEqual(['real training clips', 'real test clips', 'default', 'unguided']);
  expect(rows[0]).not.toHaveProperty('nearest');
  const { metrics } = await readManifest(model.folder);
  expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  for (const { name, judged, motion } of rows) {
    if (name !== 'real test clips') expect(metrics[`${name}/accuracy`]).toBeCloseTo(judged.gru!.figures.accuracy!.mean, 3);
    expect(metrics[`${name}/jitter`]! / motion.jitter!.mean).toBeCloseTo(1, 3);
  }
  expect(readFileSync(join(cache, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
}, 60_000);

it('takes judges of "train evaluator" beside kinds, the second time from the cache, and prints tables', async () => {
  const trained = await runInProcess(
    ['train', 'evaluator', '--data', TINY_DATA, '--architecture', 'st-gcn', '--steps', '2', '--width', '8', '--out', 'judge'],
    { cwd: cache },
  );
  expect(trained.stderr).toMatch(/st-gcn: nets like it read \d+\.\d % of the people that they did not learn from \(2 folds\)/);
  expect(trained).toMatchObject({ code: 0, stdout: 'judge\n' });
  const { code, stdout, stderr } = await evaluate('--model', model.folder, '--judges', 'judge,gru', '--settings', 'unguided');
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/gru \d+\/2/);
  expect(stdout).toMatch(/judge judge: learnt from puppet val, reads .* when left out/);
  expect(stdout).toMatch(/judge gru: learnt from puppet val/);
  expect(stdout).toMatch(/\nunguided .*\+-/);
  expect(stdout).toMatch(/left out: recognizerAccuracy/);
}, 60_000);

it('refuses a judge that learnt from the clips of the model, whatever its folder is called', async () => {
  const { code, stderr } = await evaluate('--model', model.folder, '--judge-split', 'train');
  expect(code).toBe(2);
  expect(stderr).toMatch(/the judge must not learn from train, which the model was trained on/);
  const args = ['--architecture', 'gru', '--steps', '1', '--width', '8', '--folds', '0'];
  await runInProcess(['train', 'evaluator', '--data', TINY_DATA, '--split', 'train', ...args, '--out', 'wrong'], { cwd: cache });
  const wrong = await evaluate('--model', model.folder, '--judges', './wrong');
  expect(wrong.code).toBe(4);
  expect(wrong.stderr).toMatch(
    /the judge wrong can't judge this model: it learnt from clips that trained its (denoiser|st-trans)/,
  );
}, 60_000);

it('refuses a judge whose file names other clips than those at hand', async () => {
  const path = join(cache, 'judge', 'evaluator.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/"digest": "\w+"/, '"digest": "0000"'));
  const { code, stderr } = await evaluate('--model', model.folder, '--judges', 'judge');
  writeFileSync(path, text);
  expect(code).toBe(4);
  expect(stderr).toMatch(/the judge judge learnt from puppet val \(digest 0000\), but the data at hand are puppet val/);
});

it.each([
  [['--judges', 'lstm'], /no evaluation net "lstm": expected gru, st-gcn, frame-transformer/],
  [['--judges', 'gru,gru'], /--judges names two judges "gru"/],
  [['--settings', 'wild'], /no sampling settings "wild": expected default, unguided, st-trans, classifier-free/],
  [['--repetitions', '1'], /--repetitions is "1": expected a whole number of at least 2/],
])('refuses %j with what is expected', async (args, message) => {
  const { code, stderr } = await evaluate('--model', model.folder, ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it('asks for a model', async () => {
  expect(await evaluate()).toMatchObject({ code: 2, stderr: expect.stringMatching(/name the model to evaluate with --model/) });
});
