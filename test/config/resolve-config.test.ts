import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConfigSources, resolveConfig } from '../../src/config/index.js';
import type { SkelmixError } from '../../src/core/errors.js';

const file = (values: Record<string, unknown>) => ({ name: 'skelmix.json', values });

function refusal(sources: ConfigSources): SkelmixError {
  try {
    resolveConfig(sources);
  } catch (error) {
    return error as SkelmixError;
  }
  throw new Error('the configuration was accepted');
}

describe('resolveConfig', () => {
  it('fills in defaults where nothing is given', () => {
    const { config, origins, warnings } = resolveConfig({});
    expect(config.mix).toMatchObject({ ratio: 0.3, policy: 'replay', classes: 'real', force: false });
    expect(config).toMatchObject({ split: 'train', batch: { size: 32 }, serve: { host: '127.0.0.1', port: 5757, ipc: true } });
    expect(config.generator).toMatchObject({ preset: 'balanced', groupSize: 16 });
    expect(config.generator.interval).toBeUndefined();
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
    expect(warnings).toEqual([]);
  });

  it('prefers flag over environment over file over default, and says which won', () => {
    const all = {
      flags: { 'mix-ratio': '0.1' },
      env: { SKELMIX_MIX_RATIO: '0.2', SKELMIX_SEED: '7' },
      file: file({ mix: { ratio: 0.4, policy: 'wait' }, seed: 8 }),
    };
    const { config, origins } = resolveConfig(all);
    expect([config.mix.ratio, config.seed, config.mix.policy, config.batch.size]).toEqual([0.1, 7, 'wait', 32]);
    expect(origins).toMatchObject({
      'mix.ratio': 'flag --mix-ratio',
      seed: 'environment SKELMIX_SEED',
      'mix.policy': 'file skelmix.json',
      'batch.size': 'default',
    });
  });

  it('takes the short names of flags', () => {
    const flags = {
      ratio: '0.25',
      data: 'puppet',
      split: 'val',
      port: '0',
      'batch-size': '4',
      frames: '32',
      threads: '2',
      model: 'm',
    };
    const { config } = resolveConfig({ flags: { ...flags, split: 'train' } });
    expect(config).toMatchObject({
      data: 'puppet',
      mix: { ratio: 0.25 },
      serve: { port: 0 },
      batch: { size: 4 },
      profile: { numFrames: 32 },
      engine: { threads: 2 },
      generator: { model: 'm' },
    });
  });

  it('refuses one setting given by two flags', () => {
    const error = refusal({ flags: { ratio: '0.1', 'mix-ratio': '0.2' } });
    expect(error.code).toBe('CONFIG_CONFLICT');
    expect(error.message).toContain('--mix-ratio "0.2" and --ratio "0.1" are the same setting, mix.ratio');
  });

  it('reads texts of the environment by the kind of the setting', () => {
    const env = {
      SKELMIX_SERVE_IPC: 'off',
      SKELMIX_GENERATOR_INTERVAL: '0.2,0.8',
      SKELMIX_LOADER_CACHE_BYTES: '1.5GiB',
      SKELMIX_MIX_POLICY: 'real',
      SKELMIX_DATASET: '7',
    };
    const { config } = resolveConfig({ env });
    expect(config.serve.ipc).toBe(false);
    expect(config.generator.interval).toEqual([0.2, 0.8]);
    expect(config.loader.cacheBytes).toBe(1.5 * 2 ** 30);
    expect(config.mix.policy).toBe('real');
    expect(config.data).toBe('7');
  });

  it('keeps any ratio up to 0.75 as it was given', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.75, noNaN: true }), (ratio) => {
        expect(resolveConfig({ flags: { ratio: String(ratio) } }).config.mix.ratio).toBe(Number(String(ratio)));
      }),
    );
  });

  it.each([
    ['1.4', 'mix.ratio is 1.4 (from flag --ratio): expected a number from 0 to 1 (share of synthetic samples; live'],
    ['-0.1', 'mix.ratio is -0.1 (from flag --ratio)'],
    ['a lot', 'mix.ratio is "a lot" (from flag --ratio): expected a number from 0 to 1'],
    ['', 'mix.ratio is ""'],
    ['NaN', 'mix.ratio is "NaN"'],
  ])('refuses a ratio of %j, with the value, the range and its meaning', (ratio, message) => {
    const error = refusal({ flags: { ratio } });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(message);
  });

  it.each([
    [
      { mix: { policy: 'replya' } },
      'mix.policy is "replya" (from file skelmix.json): expected replay, real or wait',
      'did you mean "replay"?',
    ],
    [{ batch: { size: 2.5 } }, 'batch.size is 2.5', 'expected a whole number from 1 to 65536'],
    [{ generator: { interval: [0.9, 0.1] } }, 'generator.interval is [0.9,0.1]', 'two increasing numbers from 0 to 1'],
    [{ generator: { interval: [0.1] } }, 'generator.interval is [0.1]', 'two increasing numbers'],
    [{ loader: { cacheBytes: 'much' } }, 'loader.cacheBytes is "much"', 'expected a size such as 256MB'],
    [{ loader: { cacheBytes: -1 } }, 'loader.cacheBytes is -1', 'expected a size such as 256MB'],
    [{ serve: { ipc: 'maybe' } }, 'serve.ipc is "maybe"', 'expected true or false'],
    [{ mix: 0.3 }, 'mix is 0.3', 'expected an object with settings'],
    [{ seed: 'x'.repeat(200) }, 'seed is "xxx', 'xxx... (from file'],
  ])('refuses the file %j', (values, ...parts) => {
    const error = refusal({ file: file(values) });
    expect(error.code).toBe('CONFIG_INVALID');
    for (const part of parts) expect(error.message).toContain(part);
  });

  it.each([
    [{ mix: { ration: 0.2 } }, '"mix.ration" is not a setting; did you mean "mix.ratio"? (from file skelmix.json)'],
    [{ ratio: 0.2 }, '"ratio" is not a setting; did you mean "mix.ratio"?'],
    [{ maxReuse: 2 }, '"maxReuse" is not a setting; did you mean "mix.maxReuse"?'],
    [{ batch: { quux: 2 } }, '"batch.quux" is not a setting; known here: size'],
  ])('refuses the unknown key in %j and names the nearest', (values, message) => {
    expect(refusal({ file: file(values) }).message).toContain(message);
  });

  it('lists every problem at once', () => {
    const { message } = refusal({ flags: { ratio: '2', port: '99999' }, file: file({ sede: 1 }) });
    expect(message.split('\n')).toHaveLength(3);
  });

  it('warns of a stray environment name, and stays silent about those that are no settings by purpose', () => {
    const { warnings } = resolveConfig({ env: { SKELMIX_MIX_RATIOS: '0.2', SKELMIX_DEBUG: '1', HOME: '/' } });
    expect(warnings).toEqual([
      'environment SKELMIX_MIX_RATIOS is not a setting and changes nothing; did you mean SKELMIX_MIX_RATIO?',
    ]);
  });
});

describe('the rules between settings', () => {
  it.each(['val', 'xsub/val', 'test', 'xsub/test'])('keep split %s real: ratio 0 by default, another one refused', (split) => {
    expect(resolveConfig({ flags: { split } }).config.mix.ratio).toBe(0);
    const error = refusal({ flags: { split, ratio: '0.1' } });
    expect(error.code).toBe('CONFIG_CONFLICT');
    expect(error.message).toContain('mix.ratio is 0.1 (from flag --ratio)');
    expect(error.message).toContain(`split "${split}" is for evaluation and never takes synthetic samples`);
  });

  it('warn above a ratio of 0.5', () => {
    expect(resolveConfig({ flags: { ratio: '0.5' } }).warnings).toEqual([]);
    expect(resolveConfig({ flags: { ratio: '0.6' } }).warnings[0]).toContain('mix.ratio is 0.6 (from flag --ratio): above 0.5');
  });

  it('want force above a ratio of 0.75', () => {
    const error = refusal({ flags: { ratio: '0.8' } });
    expect(error.code).toBe('CONFIG_CONFLICT');
    expect(error.message).toContain('--mix-force');
    expect(resolveConfig({ flags: { ratio: '0.8', 'mix-force': true } }).config.mix.ratio).toBe(0.8);
  });

  it.each(['0.0.0.0', '192.168.1.4', '::', 'example.org'])('refuse to listen on %s unless told so', (host) => {
    const error = refusal({ flags: { 'serve-host': host } });
    expect(error.code).toBe('CONFIG_CONFLICT');
    expect(error.message).toContain(`serve.host is "${host}"`);
    expect(error.message).toContain('--serve-insecure');
    expect(resolveConfig({ flags: { 'serve-host': host, 'serve-insecure': true } }).config.serve.host).toBe(host);
  });

  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('let the own machine listen on %s', (host) => {
    expect(resolveConfig({ flags: { 'serve-host': host } }).config.serve.host).toBe(host);
  });

  it('refuses a live page that other machines reach, where there is one', () => {
    const flags = { 'http-host': '0.0.0.0', 'http-enabled': 'true' };
    expect(refusal({ flags }).message).toContain('http.host is "0.0.0.0"');
    expect(resolveConfig({ flags: { ...flags, 'serve-insecure': true } }).config.http.host).toBe('0.0.0.0');
    expect(resolveConfig({ flags: { 'http-host': '0.0.0.0' } }).config.http.enabled).toBeUndefined();
  });
});
