import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import { ModelError } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import type { GeneratorWorker, ModelManifest } from '../../src/generator/index.js';
import type { Dataset } from '../../src/loader/index.js';
import { startGenerator } from '../../src/service/start-generator.js';

const { config } = parseConfig({ data: 'puppet', mix: { ratio: 0.3 } });
const found = { folder: 'nowhere', manifest: { name: 'm', version: 1 } as unknown as ModelManifest };

/** Workers of which the first `deadly` die over the call that they get. */
function workers(deadly: number) {
  let started = 0;
  const launch = async (): Promise<GeneratorWorker> => {
    const number = ++started;
    let alive = true;
    return {
      manifest: found.manifest,
      groupSize: 4,
      engine: `engine ${number}`,
      engineFallbacks: 0,
      get alive() {
        return alive;
      },
      async generate(labels) {
        if (number > deadly) return labels.map((label) => ({ id: `of ${number}`, label }) as never);
        alive = false;
        throw new ModelError('BACKEND_UNAVAILABLE', 'the worker ended (exit code 1)');
      },
      close: async () => {},
    };
  };
  return { launch, started: () => started };
}

const start = (launch: () => Promise<GeneratorWorker>, warnings: string[] = []) =>
  startGenerator(config, found, {} as Dataset, { ...silentLogger, warn: (line) => void warnings.push(line) }, launch);

it('a worker that dies is replaced once for all calls under way, which get their clips', async () => {
  const { launch, started } = workers(1);
  const warnings: string[] = [];
  const generator = start(launch, warnings);
  const clips = await Promise.all([generator.generate([0], 0), generator.generate([1], 1)]);
  expect(clips.flat().map(({ id }) => id)).toEqual(['of 2', 'of 2']);
  expect(started()).toBe(2);
  expect(generator.restarts).toBe(1);
  expect(generator.engine).toBe('engine 2');
  expect(warnings).toEqual(["the generator's worker is started again (1): the worker ended (exit code 1)"]);
  await generator.close();
});

it('a call that kills one worker after the other fails', async () => {
  const { launch, started } = workers(100);
  const generator = start(launch);
  await expect(generator.generate([0], 0)).rejects.toThrow(/the worker ended/);
  expect(started()).toBe(4);
  await generator.close();
});

it('an error of a worker that lives is no reason for another worker', async () => {
  const { launch, started } = workers(0);
  const generator = start(async () => ({
    ...(await launch()),
    alive: true,
    generate: () => Promise.reject(new ModelError('SAMPLE_NOT_FINITE', 'clip 3 holds NaN')),
  }));
  await expect(generator.generate([0], 3)).rejects.toMatchObject({ code: 'SAMPLE_NOT_FINITE' });
  expect([started(), generator.restarts]).toEqual([1, 0]);
  await generator.close();
});
