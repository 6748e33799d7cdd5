import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import { parseLayout } from '../../../src/core/layout.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createCpuEngine } from '../../../src/engine/cpu.js';
import type { Engine } from '../../../src/engine/engine.js';
import { parseClipId } from '../../../src/generator/clip-id.js';
import { type ClipGeneratorOptions, createClipGenerator } from '../../../src/generator/create-clip-generator.js';
import { SAMPLER_NAMES } from '../../../src/generator/diffusion/samplers/samplers.js';
import { clipToImage } from '../../../src/generator/representation.js';
import { SAMPLING_PRESETS, type SamplingPreset } from '../../../src/generator/sampling-presets.js';
import { defaultSampling, parseSettings, type SamplingSettings } from '../../../src/generator/sampling-settings.js';
import { echoModel, sourcesOf } from '../support/echo-model.js';
import { stick, stickClip } from '../support/tiny.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createCpuEngine();
});
afterAll(() => engine.close());

const clips = Array.from({ length: 8 }, (_, i) => stickClip(i));
const settings: SamplingSettings = {
  ...defaultSampling,
  steps: 16,
  classifierFreeScale: 1,
  classifierScale: 0,
  projectBones: false,
  variation: 0.02,
};

async function make(labels: readonly number[], options: Partial<ClipGeneratorOptions> = {}, firstIndex = 0): Promise<Clip[]> {
  const model = options.model ?? echoModel(stick, ['lift', 'swing']);
  const sources = 'sources' in options ? options.sources : await sourcesOf(clips, model);
  const generator = createClipGenerator({ engine, seed: 3, settings, groupSize: 4, ...options, model, sources });
  try {
    return await generator.generate(labels, firstIndex);
  } finally {
    await generator.close();
  }
}

const sourceOf = ({ provenance }: Clip): string | undefined =>
  provenance.kind === 'generated' ? provenance.source : expect.fail('not generated');

/** Root mean square of what lies between two clips as images. */
function distance(a: Clip, b: Clip): number {
  const { manifest } = echoModel(stick, []);
  const [x, y] = [a, b].map((clip) => clipToImage(clip, stick, manifest.image).image) as [Float32Array, Float32Array];
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / x.length);
}

describe('variation mode', () => {
  it('starts from a training clip of the class, which the provenance names, and the id says how far it was noised', async () => {
    const made = await make([0, 1, 0, 1, 1, 0]);
    for (const clip of made) {
      const source = clips.find(({ id }) => id === sourceOf(clip))!;
      expect(source.label).toBe(clip.label);
      expect(parseSettings(parseClipId(clip.id)!.settings)).toEqual(settings);
      const others = clips.filter((other) => other !== source).map((other) => distance(clip, other));
      expect(distance(clip, source)).toBeLessThan(0.1);
      expect(Math.min(...others)).toBeGreaterThan(distance(clip, source));
    }
    expect(new Set(made.map(sourceOf)).size).toBeGreaterThan(2);
  });

  it('goes the farther from its source the more it is noised', async () => {
    const far = async (variation: number) => {
      const made = await make([0, 1, 0, 1], { settings: { ...settings, steps: 1, variation } });
      return made.map((clip) => distance(clip, clips.find(({ id }) => id === sourceOf(clip))!));
    };
    const [near, middle, farther] = [await far(0.02), await far(0.2), await far(0.6)];
    for (const [i, value] of middle.entries()) {
      expect(value).toBeGreaterThan(near[i]!);
      expect(farther[i]).toBeGreaterThan(value);
    }
  });

  it('makes the same clip for the same index whatever the group, and others for another index or seed', async () => {
    const whole = await make([0, 1, 1, 0, 1], {}, 7);
    const [alone] = await make([1], {}, 9);
    expect(alone).toEqual(whole[2]);
    const keys = [...whole.slice(1, 3), ...(await make([1], { seed: 4 }, 9))].map(({ keypoint }) => keypoint.join());
    expect(new Set(keys).size).toBe(3);
  });

  it('is mixed with clips from noise where a class has no training clip, which is said once; these are those of no variation', async () => {
    const warn = vi.fn();
    const model = echoModel(stick, ['lift', 'swing', 'kick', 'bow']);
    const sources = await sourcesOf(clips, model);
    const made = await make([0, 2, 1, 3, 2], { model, sources, logger: { ...silentLogger, warn } });
    expect(made.map((clip) => sourceOf(clip) !== undefined)).toEqual([true, false, true, false, false]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^2 of 4 classes have no training clip to vary; their clips start from noise: kick, bow$/),
      expect.anything(),
    );
    const plain = await make([0, 2, 1, 3, 2], { model, sources: undefined, settings: { ...settings, variation: 0 } });
    for (const at of [1, 3, 4]) expect(made[at]).toEqual(plain[at]);
    expect(made[0]!.id).not.toBe(plain[0]!.id);
  });

  it.each(SAMPLER_NAMES)('takes only the steps below its start with %s', async (sampler) => {
    const times: number[] = [];
    const watched: Engine = Object.assign(Object.create(engine) as Engine, {
      compile: async (...given: Parameters<Engine['compile']>) => {
        const program = await engine.compile(...given);
        const run: typeof program.run = (feeds) => {
          times.push(feeds.table![0]!);
          return program.run(feeds);
        };
        return Object.assign(Object.create(program) as typeof program, { run });
      },
    });
    const [clip] = await make([0], { engine: watched, settings: { ...settings, sampler, eta: 0.3, variation: 0.5 } });
    expect(clip!.keypoint.every(Number.isFinite)).toBe(true);
    expect(Math.max(...times)).toBeCloseTo(0.5, 5);
    expect(times).toHaveLength(8);
  });

  it.each(Object.keys(SAMPLING_PRESETS) as SamplingPreset[])('goes with the preset %s', async (preset) => {
    const of: SamplingSettings = { ...SAMPLING_PRESETS[preset], classifierScale: 0, classifierFreeScale: 1, variation: 0.03 };
    const [clip] = await make([1], { settings: of });
    const source = clips.find(({ id }) => id === sourceOf(clip!))!;
    expect(distance(clip!, source)).toBeLessThan(0.2);
  });

  it('turns and scales the source where that is asked for, without changing which it is', async () => {
    const plain = await make([0, 1, 0]);
    const varied = await make([0, 1, 0], { settings: { ...settings, augmentSource: true } });
    expect(varied.map(sourceOf)).toEqual(plain.map(sourceOf));
    for (const [i, clip] of varied.entries()) {
      expect(clip.id).toMatch(/_v0\.02_aug_s1\//);
      expect(distance(clip, plain[i]!)).toBeGreaterThan(0.01);
      const height = ({ keypoint }: Clip) => Math.hypot(...[3, 4, 5].map((at) => keypoint[at]! - keypoint[at - 3]!));
      expect(Math.abs(height(clip) / height(plain[i]!) - 1)).toBeLessThan(0.2);
    }
  });

  it('varies clips of two persons in 2-D, and leaves absent whom the source does not have', async () => {
    const flat = parseLayout(
      { name: 'flat', channels: 2, joints: ['hip', 'head'], parents: { head: 'hip' }, root: 'hip', source: 'test' },
      'flat',
    );
    const clip = (index: number, persons: readonly number[]): Clip => {
      const keypoint = new Float32Array(2 * 8 * 2 * 2);
      for (const m of persons)
        for (let t = m === 1 ? 6 : 0; t < 8; t++) keypoint.set([m + 0.1 * t, 1, m + 0.1 * t, 2 + 0.01 * index], (m * 8 + t) * 4);
      const shape = { M: 2, T: 8, V: 2, C: 2 };
      const provenance = { kind: 'simulated', dataset: 'stick', seed: 0, index } as const;
      return { id: `pair/${index}`, keypoint, shape, label: persons.length - 1, layout: 'flat', fps: 30, provenance };
    };
    const model = echoModel(flat, ['alone', 'together'], 2);
    const sources = await sourcesOf([clip(0, [0]), clip(1, [0, 1])], model);
    const made = await make([0, 1], { model, sources, settings: { ...settings, projectBones: true } });
    const there = ({ keypoint }: Clip, m: number) =>
      Array.from({ length: 8 }, (_, t) => keypoint.slice((m * 8 + t) * 4, (m * 8 + t + 1) * 4).some((value) => value !== 0));
    expect(made[0]!.shape).toEqual({ M: 2, T: 8, V: 2, C: 2 });
    expect(there(made[0]!, 0)).toEqual(new Array(8).fill(true));
    expect(there(made[0]!, 1)).toEqual(new Array(8).fill(false));
    expect(there(made[1]!, 1)).toEqual([...new Array(6).fill(false), true, true]);
    // The second person's bones keep their length though it is mostly away.
    const [hip, head] = [7, 7].map((t, v) => made[1]!.keypoint.slice(((8 + t) * 2 + v) * 2, ((8 + t) * 2 + v) * 2 + 2));
    expect(Math.hypot(head![0]! - hip![0]!, head![1]! - hip![1]!)).toBeGreaterThan(0.8);
  });

  it('refuses to start without training clips, or with those of another training', async () => {
    const model = echoModel(stick, ['lift', 'swing']);
    await expect(make([0], { sources: undefined })).rejects.toThrow(
      /generator\.variation is 0\.02, but there are no training clips to vary: name the model's data with --data/,
    );
    const sources = { ...(await sourcesOf(clips, model)), digest: 'other' };
    await expect(make([0], { sources })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(
        /model echo was trained on \(stick train, digest abc\), but the data at hand have digest other/,
      ),
    });
  });
});
