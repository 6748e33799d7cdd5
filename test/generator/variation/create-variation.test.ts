import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/core/random.js';
import { defaultSampling } from '../../../src/generator/sampling-settings.js';
import { createVariation, hideAbsent, noiseTo } from '../../../src/generator/variation/create-variation.js';
import { sourceImages } from '../../../src/generator/variation/source-images.js';
import { echoModel, sourcesOf } from '../support/echo-model.js';
import { stick, stickClip } from '../support/tiny.js';

const model = echoModel(stick, ['lift', 'swing']);
const { manifest } = model;
const settings = { ...defaultSampling, variation: 0.5 };
const clips = Array.from({ length: 10 }, (_, i) => stickClip(i));

describe('createVariation', () => {
  it('is nothing where variation is off', () => {
    expect(createVariation({ sources: undefined, manifest, settings: defaultSampling, seed: 0 })).toBeUndefined();
  });

  it('draws each clip of the class about as often', async () => {
    const variation = createVariation({ sources: await sourcesOf(clips, model), manifest, settings, seed: 1 })!;
    const counts = new Map<string, number>();
    for (let index = 0; index < 500; index++) {
      const { id } = variation.sourceOf(index, 1)!;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 3, 5, 7, 9].map((i) => `stick/${i}`));
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
    expect(variation.hasGaps).toBe(false);
  });

  it('hands the very image out without augmentation, and leaves it as it is with it', async () => {
    const sources = await sourcesOf(clips, model);
    const before = sources.images.map((image) => image.slice());
    const plain = createVariation({ sources, manifest, settings, seed: 1 })!;
    expect(sources.images).toContain(plain.sourceOf(4, 0)!.image);
    const varied = createVariation({ sources, manifest, settings: { ...settings, augmentSource: true }, seed: 1 })!;
    expect(varied.sourceOf(4, 0)!.image).not.toEqual(plain.sourceOf(4, 0)!.image);
    expect(varied.sourceOf(4, 0)!.image).toEqual(varied.sourceOf(4, 0)!.image);
    expect(sources.images).toEqual(before);
  });
});

describe('sourceImages', () => {
  it('keeps id, class and image of each clip', async () => {
    const { ids, labels, images } = await sourcesOf(clips, model);
    expect(ids).toEqual(clips.map(({ id }) => id));
    expect(labels).toEqual(clips.map(({ label }) => label));
    expect(images.every(({ length }) => length === 8 * 12)).toBe(true);
  });

  it('reads no clip where the data are not those of the training, and says which subset these were', async () => {
    const few = { ...manifest, dataset: { ...manifest.dataset, clipsPerClass: 4, subsetSeed: 0 } };
    const unread = (function* () {
      yield expect.fail('was read');
    })();
    await expect(sourceImages(unread, 'other', few)).rejects.toThrow(
      /stick train, 4 of each class \(clipsPerClass\), digest abc/,
    );
  });
});

it('noiseTo gives signal and noise the shares of the schedule', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (t) => {
      const x = keyedRandom('x').fillNormal(new Float32Array(50));
      const [image, noise] = [Float32Array.from(x, (_, i) => i / 50), x.slice()];
      noiseTo(t, image, x);
      for (const [i, value] of x.entries())
        expect(value).toBeCloseTo(Math.cos((t * Math.PI) / 2) * image[i]! + Math.sin((t * Math.PI) / 2) * noise[i]!, 5);
    }),
  );
});

it('hideAbsent zeroes whole persons where the source is zero, and nothing else', () => {
  const image = Float32Array.from({ length: 12 }, () => 1);
  hideAbsent(image, Float32Array.of(0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 1), 3);
  expect([...image]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
});
