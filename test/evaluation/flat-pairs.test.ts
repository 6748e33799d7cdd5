import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOnnxEngine } from '../../src/engine/index.js';
import { evaluateModel, JUDGE_KINDS, namedSampling, renderReport, trainEvaluator } from '../../src/evaluation/index.js';
import { loadModel, saveNetwork, trainDenoiser } from '../../src/generator/index.js';
import { flatPairs } from './support/flat-pairs.js';

it('two persons in 2-D without feet are evaluated by every judge, and shown; what has no meaning is left out by name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skelmix-pairs-'));
  const engine = await createOnnxEngine({ threads: 2 });
  try {
    const [train, test] = [flatPairs('train'), flatPairs('val')];
    const quick = { engine, steps: 2, learningRate: 1e-3, numFrames: 8, width: 8, blocks: 1, batchSize: 4 };
    await saveNetwork(folder, train, await trainDenoiser(train, { ...quick, heads: 1 }), 'a test');
    const model = await loadModel(folder);
    const judges = [];
    for (const kind of JUDGE_KINDS) {
      const trained = await trainEvaluator(test, { ...quick, kind, seed: 0 });
      judges.push({ name: kind, trained, learntFrom: test.clips });
    }
    const { evaluation, shown } = await evaluateModel({
      ...{ model, engine, judges, train, test, settings: [namedSampling('unguided')], seed: 0 },
      ...{ samples: 12, repetitions: 3, fresh: false, recognizerSteps: 2, recognizerSeeds: 2 },
    });
    const [real, , sampled] = evaluation.rows;
    expect(evaluation.leftOut).toContainEqual({ figure: 'footSpeed', why: 'layout "flat" names no feet' });
    expect(sampled!.motion).not.toHaveProperty('footSpeed');
    expect(real!.motion.jitter!.mean).toBeGreaterThan(0);
    expect(sampled!.recognizerAccuracy!.repetitions).toBe(2);
    for (const kind of JUDGE_KINDS) expect(sampled!.judged[kind]!.figures.fidTrain!.mean).toBeGreaterThanOrEqual(0);
    const page = renderReport(evaluation, shown, model.manifest.layout);
    expect(page).toContain('class="person1"');
    expect(page).not.toContain('foot speed / real</th>');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
}, 60_000);
