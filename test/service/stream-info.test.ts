import { expect, it } from 'vitest';
import { type ConfigInput, parseConfig } from '../../src/config/index.js';
import { openDataset } from '../../src/loader/index.js';
import { streamInfo } from '../../src/service/stream-info.js';
import { streamProfile } from '../../src/service/stream-profile.js';

async function hashOf(input: ConfigInput): Promise<string> {
  const { config } = parseConfig({ data: 'puppet:2', ...input });
  const dataset = await openDataset(config.data!, { split: config.split, seed: config.seed });
  return streamInfo(config, dataset, streamProfile(config, dataset), null).configHash;
}

it('the digest of the configuration changes with everything that decides the stream, and with nothing else', async () => {
  const base = await hashOf({});
  const deciding: ConfigInput[] = [
    { data: 'puppet:3' },
    { split: 'val' },
    { seed: 1 },
    { epochSize: 7 },
    { batch: { size: 16 } },
    { profile: { numFrames: 32 } },
    { profile: { args: { window_size: 16 } } },
    { mix: { policy: 'real' } },
    { mix: { classes: 'uniform' } },
    { mix: { maxReuse: 2 } },
  ];
  const hashes = await Promise.all(deciding.map(hashOf));
  expect(new Set([base, ...hashes]).size).toBe(deciding.length + 1);
  for (const same of [{ mix: { ratio: 0.1 } }, { loader: { workers: 3 } }, { serve: { port: 1 } }, { engine: { threads: 1 } }])
    expect(await hashOf(same)).toBe(base);
});
