import { beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/core/logger.js';
import type { ModelManifest } from '../../src/generator/index.js';
import { type Dataset, openDataset } from '../../src/loader/index.js';
import { checkModelFits } from '../../src/service/index.js';

let data: Dataset;
let manifest: ModelManifest;
beforeAll(async () => {
  data = await openDataset('puppet:2', { split: 'train' });
  manifest = {
    format: 1,
    name: 'm',
    version: '01234567',
    dataset: { name: 'puppet', split: 'train', simulated: true, digest: data.digest, clips: 24 },
    layout: data.layout,
    classes: [...data.classes],
    image: { numFrames: 16, maxPersons: 1, fps: 7, scale: 1, deviation: 1 },
    networks: {},
    metrics: {},
  };
});

describe('checkModelFits', () => {
  it('accepts the model of the same split in silence', () => {
    const logger = { ...silentLogger, warn: vi.fn() };
    checkModelFits(manifest, '/m', data, logger);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it.each<[string, (m: ModelManifest) => object, RegExp]>([
    ['data set', (m) => ({ dataset: { ...m.dataset, name: 'utd-mhad' } }), /trained with utd-mhad, the stream has puppet/],
    ['split', (m) => ({ dataset: { ...m.dataset, split: 'val' } }), /trained with val, the stream has train/],
    ['number of channels', (m) => ({ layout: { ...m.layout, channels: 2 } }), /trained with 2, the stream has 3/],
    [
      'joint order',
      (m) => ({ layout: { ...m.layout, joints: m.layout.joints.toReversed() } }),
      /the stream has utd-mhad \(head, /,
    ],
    ['bone tree', (m) => ({ layout: { ...m.layout, parents: m.layout.parents.map(() => -1) } }), /utd-mhad/],
    ['list of classes', (m) => ({ classes: m.classes.slice(1) }), /the stream has wave, clap, .*\(12\)/],
  ])('refuses another %s, with both values and what to do', (what, change, values) => {
    const other = { ...manifest, ...change(manifest) } as ModelManifest;
    const act = () => checkModelFits(other, '/m', data, silentLogger);
    expect(act).toThrow(expect.objectContaining({ code: 'MODEL_MISMATCH', details: expect.objectContaining({ what }) }));
    expect(act).toThrow(values);
    expect(act).toThrow(/name a model of puppet train with --model, train one .*, or set the ratio to 0/);
  });

  it('warns where only the clips are others', () => {
    const logger = { ...silentLogger, warn: vi.fn() };
    checkModelFits({ ...manifest, dataset: { ...manifest.dataset, digest: 'other' } }, '/m', data, logger);
    expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining(`(digest other, here ${data.digest})`), {
      code: 'MODEL_OTHER_CLIPS',
    });
  });

  it('refuses other clips where the data are some clips of each class: those that were left out must not come back', () => {
    const subset = { clipsPerClass: 1, seed: 0 };
    const act = () => checkModelFits(manifest, '/m', { ...data, digest: 'part', subset }, silentLogger);
    expect(act).toThrow(expect.objectContaining({ code: 'MODEL_MISMATCH' }));
    expect(act).toThrow(
      /trained with 24 clips \(all, digest \w+\), the stream has a subset \(clipsPerClass 1, subsetSeed 0, digest part\)/,
    );
    const own = { ...manifest, dataset: { ...manifest.dataset, digest: 'part', clipsPerClass: 1, subsetSeed: 0 } };
    expect(() => checkModelFits(own, '/m', { ...data, digest: 'part', subset }, silentLogger)).not.toThrow();
  });
});
