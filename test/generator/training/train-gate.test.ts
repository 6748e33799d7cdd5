import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createClipGenerator } from '../../../src/generator/create-clip-generator.js';
import { createGateMeter } from '../../../src/generator/gate/gate-meter.js';
import { loadModel } from '../../../src/generator/model/load-model.js';
import { clipToImage } from '../../../src/generator/representation.js';
import { defaultSampling } from '../../../src/generator/sampling-settings.js';
import { remakeBones } from '../../../src/generator/training/remake-bones.js';
import type { Progress } from '../../../src/generator/training/run-training.js';
import { saveNetwork, saveNoise } from '../../../src/generator/training/save-network.js';
import { trainDenoiser } from '../../../src/generator/training/train-denoiser.js';
import { trainGate } from '../../../src/generator/training/train-gate.js';
import type { TrainedNetwork } from '../../../src/generator/training/trained-network.js';
import { stickClip, stickSubject, tinyTraining } from '../support/tiny.js';

let engine: Engine;
let folder: string;
let gate: TrainedNetwork;
const progress: Progress[] = [];
const settings = () => ({ ...tinyTraining, engine });
const saveGate = () => saveNetwork(folder, stickSubject, gate, 'again');

beforeAll(async () => {
  engine = await createCpuEngine();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-gate-'));
  await saveNetwork(folder, stickSubject, await trainDenoiser(stickSubject, { ...settings(), steps: 2 }), 'test');
  gate = await trainGate(stickSubject, {
    ...settings(),
    learningRate: 1e-2,
    steps: 90,
    onProgress: (now) => progress.push(now),
  });
}, 120_000);
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

it('three trainings show as one', () => {
  expect(progress.map(({ step }) => step)).toEqual(Array.from({ length: 270 }, (_, k) => k + 1));
  expect(progress.every(({ steps }) => steps === 270)).toBe(true);
  expect(progress.at(-1)!.etaMs).toBe(0);
  expect(progress[0]!.etaMs).toBeGreaterThan(0);
});

it('a saved gate leaves the version, the noise and the metrics of the model as they are', async () => {
  const before = await saveNoise(folder, [0.25, 0.5]);
  const after = await saveGate();
  expect(after.version).toBe(before.version);
  expect(after.image.noise).toEqual([0.25, 0.5]);
  expect(after.gate).toEqual(gate.gate);
  const { manifest, gate: loaded } = await loadModel(folder);
  expect(manifest.gate).toEqual(gate.gate);
  expect(loaded!.architecture).toMatchObject({ kind: 'frame-transformer', references: 16 });
  expect(loaded!.weights.digests).toEqual(gate.weights.digests);
});

it('bounds of bones reach as far as what the model does to recordings, and the others stay', async () => {
  await saveGate();
  const model = await loadModel(folder);
  const remade = await remakeBones(stickSubject, model, engine, 1);
  expect(remade).toHaveLength(256);
  // Two steps of training don't teach a denoiser to keep bones.
  const [least, most] = [Math.min(...remade), Math.max(...remade)];
  expect(least).toBeGreaterThan(0);
  expect(await remakeBones(stickSubject, model, engine, 1)).toEqual(remade);
  const quick = { ...settings(), steps: 1 };
  const [alone, widened] = [await trainGate(stickSubject, quick), await trainGate(stickSubject, { ...quick, model })];
  const [before, after] = [alone.gate!, widened.gate!];
  expect(after.bones.high![0]![0]).toBeCloseTo(Math.max(most, before.bones.high![0]![0]!), 3);
  expect(most).toBeGreaterThan(before.bones.high![0]![0]!);
  expect({ ...after, bones: before.bones }).toEqual(before);
}, 60_000);

it('a gate is not trained for a model of other clips', async () => {
  await saveGate();
  const model = await loadModel(folder);
  const others = { ...stickSubject, dataset: { ...stickSubject.dataset, digest: 'xyz' } };
  await expect(trainGate(others, { ...settings(), steps: 1, model })).rejects.toMatchObject({ code: 'MODEL_MISMATCH' });
});

it('another denoiser keeps the gate', async () => {
  await saveGate();
  const manifest = await saveNetwork(
    folder,
    stickSubject,
    await trainDenoiser(stickSubject, { ...settings(), steps: 1 }),
    'again',
  );
  expect(manifest.gate).toEqual(gate.gate);
  expect(manifest.networks.gate).toBeDefined();
});

it('the meter tells new clips of the right class from those of the other, and copies from new ones', async () => {
  await saveGate();
  const model = await loadModel(folder);
  const meter = createGateMeter(model, engine)!;
  const { layout, image } = model.manifest;
  const measure = (clips: readonly ReturnType<typeof stickClip>[], labels: readonly number[]) => {
    const images = clips.map((clip) => clipToImage(clip, layout, image).image);
    const x = new Float32Array(images.length * images[0]!.length);
    for (const [b, one] of images.entries()) x.set(one, b * one.length);
    return meter.measure(x, Float32Array.from(labels.flatMap((label) => (label === 0 ? [1, 0] : [0, 1]))), labels);
  };
  const fresh = Array.from({ length: 8 }, (_, i) => stickClip(100 + i));
  const right = await measure(
    fresh,
    fresh.map(({ label }) => label),
  );
  const wrong = await measure(
    fresh,
    fresh.map(({ label }) => 1 - label),
  );
  const better = right.filter(({ likelihood }, i) => likelihood > wrong[i]!.likelihood);
  expect(better.length).toBeGreaterThanOrEqual(7);
  expect(right.every(({ nearest, jitter, bones }) => nearest > 0.01 && jitter > 0 && bones > 0)).toBe(true);
  const copies = await measure(stickSubject.clips.slice(0, 2), [0, 1]);
  for (const { nearest } of copies) expect(nearest).toBeLessThan(1e-4);
  const low = model.manifest.gate!.nearest.low!;
  expect(low[0]![0]).toBeGreaterThan(copies[0]!.nearest);
  await meter.close();
});

it('a generator measures only when it is asked to, and its clips stay the same', async () => {
  await saveGate();
  const model = await loadModel(folder);
  const clipsOf = async (measure: boolean) => {
    const sampling = { ...defaultSampling, steps: 3, classifierScale: 0, classifierFreeScale: 1 };
    const generator = createClipGenerator({ model, engine, seed: 4, settings: sampling, groupSize: 2, measure });
    const clips = await generator.generate([0, 1, 0], 7);
    await generator.close();
    return clips;
  };
  const plain = await clipsOf(false);
  const measured = await clipsOf(true);
  expect(plain.every((clip) => !('quality' in clip))).toBe(true);
  expect(measured.map(({ quality: _, ...clip }) => clip)).toEqual(plain);
  for (const { quality } of measured) expect(Object.values(quality!).every(Number.isFinite)).toBe(true);
  // Measured as sampled: the projected bones of the clip itself would not vary.
  expect(measured[0]!.quality!.bones).toBeGreaterThan(1e-3);
});
