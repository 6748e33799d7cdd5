import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOnnxEngine, type Engine } from '../../src/engine/index.js';
import { createEvaluator } from '../../src/evaluation/evaluator.js';
import { loadEvaluator, type StoredEvaluator, saveEvaluator } from '../../src/evaluation/evaluator-folder.js';
import { trainEvaluator } from '../../src/evaluation/train-evaluator.js';
import { decodeSafetensors, encodeSafetensors } from '../../src/generator/model/safetensors.js';
import { stickClip, stickSubject } from '../generator/support/tiny.js';

let engine: Engine;
let stored: StoredEvaluator;
let folder: string;
beforeAll(async () => {
  engine = await createOnnxEngine({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'skelmix-evaluator-'));
  const trained = await trainEvaluator(stickSubject, {
    ...{ kind: 'st-gcn', engine, seed: 1, steps: 2, learningRate: 1e-3, numFrames: 8, width: 8, blocks: 1, batchSize: 4 },
  });
  stored = { ...trained, crossFit: { accuracy: 0.75, folds: 2, clips: 16, by: 'person' } };
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => saveEvaluator(folder, stored, 'skelmix train evaluator'));

async function edit(change: (manifest: Record<string, unknown>) => void): Promise<void> {
  const path = join(folder, 'evaluator.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
}

describe('a folder of an evaluator', () => {
  it('gives back the net, what it learnt from and how well it reads its split', async () => {
    const loaded = await loadEvaluator(folder);
    expect(loaded).toMatchObject({
      dataset: { name: 'stick', split: 'train', digest: 'abc', clips: 16 },
      crossFit: stored.crossFit,
    });
    expect(loaded.training.command).toBe('skelmix train evaluator');
    const [ours, theirs] = [await createEvaluator(stored, engine), await createEvaluator(loaded, engine)];
    expect(await theirs.judge([stickClip(5)])).toEqual(await ours.judge([stickClip(5)]));
    await ours.close();
    await theirs.close();
  });

  it('that is not there is refused with how to make one', async () => {
    await expect(loadEvaluator(join(folder, 'none'))).rejects.toThrow(
      expect.objectContaining({
        code: 'MODEL_MISSING',
        message: expect.stringMatching(/train one with "skelmix train evaluator --out/),
      }),
    );
  });

  it.each([
    [
      'another kind of net',
      (m: Record<string, unknown>) => Object.assign(m.architecture as object, { kind: 'lstm' }),
      'architecture.kind',
    ],
    ['no digest', (m: Record<string, unknown>) => Object.assign(m.dataset as object, { digest: undefined }), 'dataset.digest'],
    [
      'a width of nothing',
      (m: Record<string, unknown>) => Object.assign(m.architecture as object, { width: 0 }),
      'architecture.width',
    ],
  ])('with %s is refused by the key', async (_, change, key) => {
    await edit(change);
    await expect(loadEvaluator(folder)).rejects.toThrow(
      expect.objectContaining({ code: 'MODEL_MISMATCH', message: expect.stringContaining(key) }),
    );
  });

  it('whose manifest is no JSON is refused', async () => {
    await writeFile(join(folder, 'evaluator.json'), '{');
    await expect(loadEvaluator(folder)).rejects.toThrow('is not JSON');
  });

  it('whose weights have other shapes than its architecture, or lack one, is refused by the tensor', async () => {
    await edit((manifest) => Object.assign(manifest.architecture as object, { width: 9 }));
    await expect(loadEvaluator(folder)).rejects.toThrow(expect.objectContaining({ code: 'WEIGHTS_SHAPE' }));
    await saveEvaluator(folder, stored, '');
    const path = join(folder, 'evaluator.safetensors');
    const { tensors, metadata } = decodeSafetensors(await readFile(path), path);
    delete (tensors as Record<string, unknown>)['logits.bias'];
    await writeFile(path, encodeSafetensors({ tensors, metadata }));
    await expect(loadEvaluator(folder)).rejects.toThrow(
      expect.objectContaining({ code: 'WEIGHTS_MISSING_TENSOR', message: expect.stringContaining('logits.bias') }),
    );
  });
});
