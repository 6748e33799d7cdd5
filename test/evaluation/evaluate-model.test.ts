import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEngine, type Engine } from '../../src/engine/index.js';
import type { EvaluationOptions, Judge } from '../../src/evaluation/index.js';
import { evaluateModel, namedSampling, renderReport, trainEvaluator } from '../../src/evaluation/index.js';
import { loadModel, type Model, type TrainingSubject } from '../../src/generator/index.js';
import { tinyModel, tinySubject } from '../support/tiny-model.js';

let engine: Engine;
let tiny: Awaited<ReturnType<typeof tinyModel>>;
let model: Model;
let train: TrainingSubject;
let test: TrainingSubject;

/** A judge that saw two batches: of the right form, and fast. */
async function judgeOf(subject: TrainingSubject, name = 'quick'): Promise<Judge> {
  const trained = await trainEvaluator(subject, {
    ...{ kind: 'gru', engine, seed: 0, steps: 2, learningRate: 1e-3, numFrames: 8, width: 8, blocks: 1, batchSize: 4 },
  });
  return { name, trained, learntFrom: subject.clips };
}

let options: EvaluationOptions;
beforeAll(async () => {
  engine = await createOnnxEngine({ threads: 2 });
  tiny = await tinyModel();
  model = await loadModel(tiny.folder);
  [train, test] = [await tinySubject(), await tinySubject('val')];
  options = {
    ...{ model, engine, train, test, judges: [await judgeOf(test)], seed: 0, fresh: false, samples: 48, repetitions: 4 },
    settings: ['default', 'unguided'].map(namedSampling),
    recognizerSteps: 2,
    recognizerSeeds: 1,
  };
}, 60_000);
afterAll(async () => {
  await engine.close();
  await tiny.remove();
});

describe('evaluateModel', () => {
  it('gives real and synthetic rows with all figures, their spread, and a report that loads nothing', async () => {
    const seen: string[] = [];
    const { evaluation, shown } = await evaluateModel({ ...options, onRow: ({ name }) => seen.push(name) });
    expect(seen).toEqual(['real training clips', 'real test clips', 'default', 'unguided']);
    expect(evaluation.rows.map(({ name }) => name)).toEqual(seen);
    const [ofTrain, ofTest, sampled, unguided] = evaluation.rows;
    const all = ['accuracy', 'diversity', 'fidEqual', 'fidTrain', 'fidUnseen', 'multimodality'];
    expect(Object.keys(sampled!.judged.quick!.figures).sort()).toEqual(all);
    // A half of the real clips holds one clip of each class: no pairs within classes.
    expect(Object.keys(ofTrain!.judged.quick!.figures).sort()).toEqual(['accuracy', 'diversity', 'fidEqual', 'fidUnseen']);
    // The judge learnt from the test clips: it is not asked how well it reads them.
    expect(Object.keys(ofTest!.judged.quick!.figures).sort()).toEqual(['diversity', 'fidEqual', 'fidTrain']);
    expect(ofTest!.judged.quick!.confusion).toBeUndefined();
    expect(evaluation.leftOut.map(({ figure }) => figure)).toEqual(['accuracy of real test clips']);
    for (const { motion, judged } of evaluation.rows)
      for (const estimate of [...Object.values(motion), ...Object.values(judged.quick!.figures)]) {
        expect(Number.isFinite(estimate.mean)).toBe(true);
        expect(estimate.halfWidth).toBeGreaterThanOrEqual(0);
      }
    expect(ofTrain!.motion.jitterRatio!.mean).toBeCloseTo(1, 0);
    expect(sampled!.motion.boneVariationProjected!.mean).toBeLessThan(1e-4);
    expect(sampled!.motion.boneVariation!.mean).toBeGreaterThan(0.01);
    expect(sampled!.motion.jitter!.mean).not.toBe(unguided!.motion.jitter!.mean);
    expect(ofTrain!.classificationScore!.mean).toBe(1);
    expect(ofTest!.recognizerAccuracy).toBeUndefined();
    expect(sampled!.classificationScore!.mean).toBeCloseTo(
      sampled!.recognizerAccuracy!.mean / ofTrain!.recognizerAccuracy!.mean,
      10,
    );
    const confusion = sampled!.judged.quick!.confusion!;
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(48);
    expect(shown.map(({ name }) => name)).toEqual(seen);

    const page = renderReport(evaluation, shown, model.manifest.layout);
    expect(page).not.toMatch(/(src|href)=|url\(|@import|<script/);
    for (const text of ['SIMULATED', 'unguided', 'jumping jack', '<svg', 'prefers-color-scheme: dark'])
      expect(page).toContain(text);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  }, 60_000);

  it('samples anew for every repetition where that is asked for', async () => {
    const settings = [namedSampling('unguided')];
    const { evaluation, shown } = await evaluateModel({
      ...options,
      ...{ settings, fresh: true, samples: 6, repetitions: 3, recognizerSteps: 0 },
    });
    expect(evaluation.rows.at(-1)!.clips).toBe(18);
    expect(evaluation.rows.at(-1)!.motion.jitter!.deviation).toBeGreaterThan(0);
    expect(shown.at(-1)!.clips).toHaveLength(6);
    expect(evaluation.leftOut.map(({ figure }) => figure)).toContain('recognizerAccuracy');
  }, 60_000);

  it('is a function of its seed', async () => {
    const run = async (seed: number) => {
      const settings = [namedSampling('unguided')];
      const { evaluation } = await evaluateModel({ ...options, settings, seed, samples: 6, repetitions: 2, recognizerSteps: 0 });
      return JSON.stringify(evaluation.rows.map(({ clipsPerSecond: _, ...row }) => row));
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  }, 60_000);
});

describe('no figure is taken of what a network learnt from', () => {
  const refusal = (message: RegExp) =>
    expect.objectContaining({ code: 'MODEL_MISMATCH', message: expect.stringMatching(message) });

  it('by a judge that learnt from the training clips of the model', async () => {
    const judges = [await judgeOf(train)];
    await expect(evaluateModel({ ...options, judges })).rejects.toThrow(refusal(/judge quick can't judge this model.*denoiser/));
  });

  it('by a judge whose checkpoint names an innocent split but whose clips are those of the model', async () => {
    const disguised = await judgeOf({ ...train, dataset: test.dataset });
    await expect(evaluateModel({ ...options, judges: [disguised] })).rejects.toThrow(
      refusal(/24 of 24 clips that the judge quick learnt from are also among the training clips/),
    );
  });

  it('on test clips that the model learnt from', async () => {
    await expect(evaluateModel({ ...options, test: train })).rejects.toThrow(refusal(/24 of 24 test clips/));
  });

  it('and the accuracy of test clips is taken where the judge learnt from others', async () => {
    const half = (n: number): TrainingSubject => ({
      ...test,
      clips: test.clips.filter((_, i) => i % 2 === n),
      dataset: { ...test.dataset, digest: `half ${n}` },
    });
    const { evaluation } = await evaluateModel({
      ...{ ...options, test: half(0), judges: [await judgeOf(half(1))], settings: [], recognizerSteps: 0 },
    });
    expect(evaluation.rows[1]!.judged.quick!.figures.accuracy).toBeDefined();
    expect(evaluation.leftOut.map(({ figure }) => figure)).not.toContain('accuracy of real test clips');
  });
});

it('two clips are too few to be halved', async () => {
  const few = { ...test, clips: test.clips.slice(0, 2) };
  await expect(evaluateModel({ ...options, test: few })).rejects.toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
});
