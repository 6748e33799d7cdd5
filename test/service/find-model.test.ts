import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import { silentLogger } from '../../src/core/logger.js';
import { openDataset } from '../../src/loader/index.js';
import { findModel } from '../../src/service/find-model.js';

const unknown = async () => ({ ...(await openDataset('puppet:1', { split: 'train' })), name: 'my-recordings' });
const config = (ratio: number, model?: string) =>
  parseConfig({ mix: { ratio }, ...(model === undefined ? {} : { generator: { model } }) }).config;

it('does without a model at ratio 0', async () => {
  expect(await findModel(config(0), await unknown(), silentLogger)).toBeNull();
});

it('says what to do where the ratio needs a model and none is bundled', async () => {
  await expect(findModel(config(0.3), await unknown(), silentLogger)).rejects.toMatchObject({
    code: 'MODEL_MISSING',
    message: expect.stringMatching(/^mix\.ratio is 0\.3, but there is no bundled model for my-recordings: .*--model.*--ratio 0$/),
  });
});

it('insists on a model that is named, at any ratio', async () => {
  await expect(findModel(config(0, '/no/model'), await unknown(), silentLogger)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
});
