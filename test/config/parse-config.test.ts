import { expect, it } from 'vitest';
import { parseConfig, requireData } from '../../src/config/index.js';

it('leaves a complete configuration as it is', () => {
  const { config } = parseConfig({ data: 'puppet', split: 'val', loader: { cacheBytes: '64MB' } });
  expect(config.loader.cacheBytes).toBe(64_000_000);
  expect(parseConfig(config).config).toEqual(config);
});

it('names values without an origin where none is known', () => {
  expect(() => parseConfig({ mix: { ratio: 3 } })).toThrow(/^mix\.ratio is 3: expected/);
});

it('asks for a data set only where one is needed', () => {
  expect(requireData(parseConfig({ data: 'puppet' }).config)).toBe('puppet');
  expect(() => requireData(parseConfig({}).config)).toThrow(/data is missing: name a data set with --data/);
});
