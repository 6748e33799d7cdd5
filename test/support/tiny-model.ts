import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectEngine } from '../../src/engine/index.js';
import { saveNetwork, type TrainingSubject, trainDenoiser, trainGate, trainStTrans } from '../../src/generator/index.js';
import { openDataset } from '../../src/loader/index.js';

/** Spec of the data that tiny models are trained on. */
export const TINY_DATA = 'puppet:2';

/** What a tiny model is trained on: 24 puppet clips. */
export async function tinySubject(split = 'train'): Promise<TrainingSubject> {
  const dataset = await openDataset(TINY_DATA, { split });
  const clips = [];
  for await (const clip of dataset.clips()) clips.push(clip);
  const { name, simulated, digest, layout, classes } = dataset;
  return { clips, layout, classes, dataset: { name, split: dataset.split, simulated, digest } };
}

/**
 * Trains a model of 4,000 weights in two steps: useless clips, but of the right form and fast. Returns its folder; the caller
 * calls `remove`. `gate` trains one as well.
 */
export async function tinyModel(
  split = 'train',
  { gate = false } = {},
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'skelmix-tiny-'));
  const subject = await tinySubject(split);
  const engine = await selectEngine({ name: 'onnx', threads: 1 });
  const settings = { engine, steps: 2, learningRate: 1e-3, batchSize: 4, numFrames: 16, width: 8, blocks: 1, heads: 1 };
  try {
    await saveNetwork(folder, subject, await trainDenoiser(subject, settings), 'a test');
    await saveNetwork(folder, subject, await trainStTrans(subject, settings), 'a test');
    if (gate) await saveNetwork(folder, subject, await trainGate(subject, settings), 'a test');
  } finally {
    await engine.close();
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
