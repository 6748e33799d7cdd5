import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEngine, type Engine } from '../../src/engine/index.js';
import { evaluateModel } from '../../src/evaluation/evaluate-model.js';
import { accuracyOf, createEvaluator, type Evaluator, trainEvaluator } from '../../src/evaluation/evaluator.js';
import { loadModel } from '../../src/generator/index.js';
import { stickClip, stickSubject } from '../generator/support/tiny.js';
import { tinyModel, tinySubject } from '../support/tiny-model.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createOnnxEngine({ threads: 2 });
});
afterAll(() => engine.close());

describe('an evaluator', () => {
  let evaluator: Evaluator;
  beforeAll(async () => {
    evaluator = await createEvaluator(
      await trainEvaluator(stickSubject, engine, { seed: 1, steps: 30, learningRate: 1e-3 }),
      engine,
    );
  }, 60_000);
  afterAll(() => evaluator.close());

  it('tells motions apart that it has not seen, more of them than fit one group', async () => {
    const unseen = Array.from({ length: 70 }, (_, i) => stickClip(1000 + i));
    const judgements = await evaluator.judge(unseen);
    expect(judgements.map(({ label }) => label)).toEqual(unseen.map(({ label }) => label));
    expect(accuracyOf(judgements)).toBeGreaterThan(0.9);
  });

  it('judges a clip alike, alone and among others, with 30 features between -1 and 1', async () => {
    const clips = [stickClip(1), stickClip(2), stickClip(3)];
    const [together, alone] = [await evaluator.judge(clips), await evaluator.judge([clips[1]!])];
    expect(alone[0]!.features).toHaveLength(30);
    for (const [i, value] of alone[0]!.features.entries()) {
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(value).toBeCloseTo(together[1]!.features[i]!, 4);
    }
  });
});

describe('accuracyOf', () => {
  it('is the share of clips taken for what they should be', () => {
    const judgement = (label: number, predicted: number) => ({ label, predicted, features: new Float32Array(1) });
    expect(accuracyOf([judgement(0, 0), judgement(1, 0), judgement(2, 2), judgement(3, 3)])).toBe(0.75);
  });
});

describe('evaluateModel', () => {
  it('gives the real clips, then samples with guidance off and on, each with finite figures', async () => {
    const { folder, remove } = await tinyModel();
    try {
      const real = await tinySubject();
      const evaluator = await createEvaluator(
        await trainEvaluator(await tinySubject('val'), engine, { seed: 0, steps: 2, learningRate: 1e-3 }),
        engine,
      );
      const seen: string[] = [];
      const rows = await evaluateModel({
        model: await loadModel(folder),
        engine,
        evaluator,
        real: real.clips,
        unseen: (await tinySubject('val')).clips,
        samples: 12,
        seed: 0,
        onRow: ({ name }) => seen.push(name),
      });
      await evaluator.close();
      expect(rows.map(({ name }) => name)).toEqual(seen);
      expect(seen).toEqual(['real training clips', 'unguided', 'ST-Trans 0.4', 'classifier-free 2', 'default']);
      for (const { accuracy, diversity, jitter, boneVariation, fidTrain, fidUnseen } of rows)
        for (const figure of [accuracy, diversity, jitter, boneVariation, fidTrain, fidUnseen])
          expect(Number.isFinite(figure)).toBe(true);
      expect(new Set(rows.map(({ jitter }) => jitter)).size).toBe(5);
    } finally {
      await remove();
    }
  }, 60_000);
});
