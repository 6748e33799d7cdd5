import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

const LIBRARY = new URL('../../dist/index.js', import.meta.url).href;
const RUNTIME = import.meta.resolve('onnxruntime-node');
const RUNS_BEFORE = 3;

let model: Awaited<ReturnType<typeof tinyModel>>;
let folder = '';
beforeAll(async () => {
  model = await tinyModel();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-fault-'));
});
afterAll(async () => {
  await model.remove();
  await rm(folder, { recursive: true });
});

/** Loaded before the program, in its worker threads too: makes onnxruntime fail after some runs, as a device does that is lost. */
const FAULT = `
  import ort from ${JSON.stringify(RUNTIME)};
  const { create } = ort.InferenceSession;
  let runs = 0;
  ort.InferenceSession.create = async (...args) => {
    const session = await create.apply(ort.InferenceSession, args);
    const run = session.run.bind(session);
    // The engine proves itself in one run.
    session.run = (...feeds) => (++runs > ${RUNS_BEFORE} ? Promise.reject(new Error('device lost')) : run(...feeds));
    return session;
  };`;

it("goes on in the middle of a stream where the generator's engine is lost, says so once, and shows it in the figures", async () => {
  const fault = join(folder, 'fault.mjs');
  await writeFile(fault, FAULT);
  const program = join(folder, 'program.mjs');
  await writeFile(
    program,
    `import { createLoader } from ${JSON.stringify(LIBRARY)};
    const warnings = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (message, fields) => warnings.push({ message, fields }) };
    const loader = await createLoader({
      data: ${JSON.stringify(TINY_DATA)}, seed: 5, mix: { ratio: 0.5, policy: 'wait' }, batch: { size: 8 }, profile: { numFrames: 16 },
      loader: { workers: 0 }, generator: { model: ${JSON.stringify(model.folder)}, steps: 2, groupSize: 8 },
      engine: { name: 'onnx', threads: 1 },
    }, { logger });
    const batches = loader[Symbol.asyncIterator]();
    let finite = true;
    for (let k = 0; k < 8; k++) finite &&= (await batches.next()).value.x.every(Number.isFinite);
    const stats = await loader.stats();
    await loader.close();
    console.log(JSON.stringify({
      finite, engine: stats['generator.engine'], fallbacks: stats['generator.engineFallbacks'], fresh: stats['mix.fresh'],
      warnings: warnings.filter(({ message }) => /tensor engine/.test(message)),
    }));`,
  );
  const env = { ...process.env, XDG_DATA_HOME: folder, ORT_DISABLE_TELEMETRY: '1' };
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', pathToFileURL(fault).href, program], {
    encoding: 'utf8',
    timeout: 28_000,
    env,
  });
  expect(stderr).toBe('');
  const { fresh, ...rest } = JSON.parse(stdout);
  const event = { from: 'onnx-cpu', to: 'wasm', function: expect.any(String), reason: 'device lost' };
  expect(rest).toEqual({
    finite: true,
    engine: 'wasm',
    fallbacks: 1,
    warnings: [
      { message: expect.stringContaining('onnx-cpu failed; wasm takes over'), fields: { ...event, code: 'ENGINE_FELL_BACK' } },
    ],
  });
  expect(fresh).toBeGreaterThanOrEqual(32);
});
