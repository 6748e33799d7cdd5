import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../src/core/logger.js';
import type { Tensors } from '../../src/engine/engine.js';
import { ENGINE_CHOICES } from '../../src/engine/engine-names.js';
import { probeEngine } from '../../src/engine/probe-engine.js';
import { probeEngines } from '../../src/engine/probe-engines.js';
import { selectEngine } from '../../src/engine/select.js';
import { tf } from '../../src/engine/tfjs.js';

/** With a device, `auto` may choose it; these tests are about the rest, and fake one where it matters. */
const found = vi.hoisted(() => ({ device: undefined as object | undefined, asked: [] as string[] }));

vi.mock('../../src/engine/onnx/device.js', () => ({
  findDevice: async () => found.device ?? { usable: false, reason: 'no supported adapters' },
}));

vi.mock('../../src/engine/onnx/has-graphics-device.js', () => ({
  hasGraphicsDevice: async () => found.device !== undefined,
  hasNvidiaDriver: async () => false,
}));

const broken = vi.hoisted(() => ({ create: '', product: undefined as number[] | undefined, run: '' }));

vi.mock('onnxruntime-node', async (original) => {
  const real = (await original()) as typeof import('onnxruntime-node');
  return {
    env: real.env,
    Tensor: real.Tensor,
    InferenceSession: {
      create: async (model: Uint8Array, options: object) => {
        if (broken.create) throw new Error(broken.create);
        found.asked = (options as { executionProviders: string[] }).executionProviders;
        // What a device would do, the processor does here.
        const session = await real.InferenceSession.create(model, { ...options, executionProviders: ['cpu'] });
        if (!broken.product) {
          return {
            release: () => session.release(),
            run: async (...args: Parameters<typeof session.run>) => {
              if (broken.run) throw new Error(broken.run);
              return session.run(...args);
            },
          };
        }
        const wrong = { data: Float32Array.from(broken.product) };
        return { release: () => session.release(), run: async () => new Proxy({}, { get: () => wrong }) };
      },
    },
  };
});

function collectingLogger(): { logger: Logger; warnings: unknown[] } {
  const warnings: unknown[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message, fields) => warnings.push({ message, ...fields }),
    error: () => undefined,
  };
  return { logger, warnings };
}

// Optional engines are tested elsewhere: here none is installed, whatever this machine has.
beforeAll(() => vi.stubEnv('XDG_DATA_HOME', '/nonexistent'));
afterAll(() => vi.unstubAllEnvs());

afterEach(() => {
  Object.assign(broken, { create: '', product: undefined, run: '' });
  found.device = undefined;
});

describe('selectEngine', () => {
  it.each([undefined, 'auto', 'onnx', 'onnx-cpu'] as const)(
    'gives onnx-cpu for %s where nothing else is set up',
    async (name) => {
      const engine = await selectEngine({ name });
      expect(engine.name).toBe('onnx-cpu');
      await engine.close();
    },
  );

  it.each(['onnx-cpu', 'wasm', 'cpu'] as const)('gives %s by name', async (name) => {
    const engine = await selectEngine({ name, threads: 1 });
    expect(engine.name).toBe(name);
    await engine.close();
  });

  it.each([
    ['tensorflow-cpu', 'is not installed; `skelmix setup tensorflow` installs it'],
    ['tensorflow-gpu', 'is not installed; `skelmix setup tensorflow --gpu` installs it'],
    ['onnx-cuda', 'is not set up; `skelmix setup cuda` does it'],
  ] as const)('refuses %s where it is not installed, and says how to', async (name, message) => {
    await expect(selectEngine({ name })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining(`the engine ${name} ${message}`),
      details: { engine: name },
    });
  });

  it('refuses a short name of which nothing is installed, with what is missing', async () => {
    await expect(selectEngine({ name: 'tensorflow' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('the engine tensorflow-cpu is not installed; `skelmix setup tensorflow` installs it'),
    });
  });

  it('takes the fastest that works for auto, silently', async () => {
    const { logger, warnings } = collectingLogger();
    const engine = await selectEngine({ name: 'auto', logger });
    expect(engine.name).toBe('onnx-cpu');
    expect(warnings).toEqual([]);
    await engine.close();
  });

  it('prefers a device that is faster than the processor for auto', async () => {
    found.device = { usable: true, deviceMs: 2, processorMs: 20 };
    const engine = await selectEngine({ name: 'auto' });
    expect(engine.name).toBe('onnx-webgpu');
    expect(found.asked).toEqual(['webgpu']);
    await engine.close();
  });

  it('passes over a device that is slower for auto, and gives it by name', async () => {
    found.device = { usable: true, deviceMs: 2000, processorMs: 20 };
    const { logger, warnings } = collectingLogger();
    const chosen = await selectEngine({ name: 'auto', logger });
    const named = await selectEngine({ name: 'onnx-webgpu' });
    expect([chosen.name, named.name, warnings]).toEqual(['onnx-cpu', 'onnx-webgpu', []]);
    await chosen.close();
    await named.close();
  });

  it('refuses onnx-webgpu by name where there is no device, with the reason', async () => {
    await expect(selectEngine({ name: 'onnx-webgpu' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/no device .*: no supported adapters/),
    });
  });

  it('falls back to wasm for auto, with one warning that says why', async () => {
    broken.create = 'libonnxruntime.so: wrong ELF class';
    const { logger, warnings } = collectingLogger();
    const engine = await selectEngine({ name: 'auto', logger });
    expect(engine.name).toBe('wasm');
    expect(warnings).toEqual([
      expect.objectContaining({ engine: 'onnx-cpu', reason: expect.stringContaining('wrong ELF class') }),
    ]);
    await engine.close();
  });

  it('refuses an engine asked for by name that can not run, with reason and remedy', async () => {
    broken.create = 'illegal instruction';
    await expect(selectEngine({ name: 'onnx' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('illegal instruction'),
    });
  });

  it('refuses an engine that computes wrongly', async () => {
    broken.product = [19, 22, 43, 51];
    await expect(selectEngine({ name: 'onnx' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('[19,22,43,51], not [19,22,43,50]'),
    });
  });

  it('refuses an unknown name with the names there are', async () => {
    await expect(selectEngine({ name: 'cuda' as never })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `there is no tensor engine 'cuda'; expected ${ENGINE_CHOICES.join(', ')}`,
    });
  });
});

describe('an engine that was selected', () => {
  const double = ({ x }: Tensors): Tensors => ({ y: tf.mul(x!, 2) });

  it('is replaced by the next one that works where it fails, with one warning', async () => {
    const { logger, warnings } = collectingLogger();
    const events: unknown[] = [];
    const engine = await selectEngine({ logger, onFallBack: (event) => events.push(event) });
    const made = await engine.compile(double, { x: [1] }, { name: 'net' });
    broken.run = 'device lost';
    for (const value of [2, 3]) expect(await made.run({ x: Float32Array.of(value) })).toEqual({ y: Float32Array.of(2 * value) });
    const event = { from: 'onnx-cpu', to: 'wasm', function: 'net', reason: 'device lost' };
    expect(engine.name).toBe('wasm');
    expect(events).toEqual([event]);
    expect(warnings).toEqual([
      {
        message: 'the tensor engine onnx-cpu failed; wasm takes over, from where onnx-cpu stood',
        ...event,
        code: 'ENGINE_FELL_BACK',
      },
    ]);
    await engine.close();
  });

  it('fails by itself where no other one may take over', async () => {
    const engine = await selectEngine({ name: 'onnx-cpu', fallback: false });
    const made = await engine.compile(double, { x: [1] });
    broken.run = 'device lost';
    await expect(made.run({ x: Float32Array.of(1) })).rejects.toThrow(/^device lost$/);
    expect(engine.name).toBe('onnx-cpu');
    await engine.close();
  });
});

describe('probeEngine', () => {
  it('says version, times and speed of an engine that works', async () => {
    const probe = await probeEngine('onnx-cpu');
    expect(probe).toMatchObject({
      name: 'onnx-cpu',
      found: true,
      usable: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    for (const figure of [probe.probeMs, probe.speed?.runMs, probe.speed?.gflops]) expect(figure).toBeGreaterThan(0);
    expect(probe).not.toHaveProperty('reason');
  });

  it('gives the reason where an engine fails', async () => {
    broken.create = 'illegal instruction';
    const probe = await probeEngine('onnx-cpu');
    expect(probe).toMatchObject({ found: true, usable: false, reason: expect.stringContaining('illegal instruction') });
    expect(probe).not.toHaveProperty('speed');
  });
});

describe('probeEngines', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skelmix-probe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('tries what may be there in processes of their own, and not what is absent', async () => {
    const names = ['onnx-cuda', 'tensorflow-gpu', 'onnx-cpu', 'tensorflow-cpu'] as const;
    const probes = await probeEngines({ names });
    expect(probes.map(({ name, found, usable }) => ({ name, found, usable }))).toEqual(
      names.map((name) => ({ name, found: name === 'onnx-cpu', usable: name === 'onnx-cpu' })),
    );
    for (const { usable, reason } of probes) expect(reason === undefined).toBe(usable);
  });

  it.each([
    ['aborts', 'process.abort()', /^the try of the engine wasm ended with SIG/, 30_000],
    ['never answers', 'setInterval(() => undefined, 1000)', /^the try of the engine wasm did not end within 200 ms$/, 200],
  ])('survives a library that %s', async (_, body, reason, deadlineMs) => {
    const file = join(folder, 'probe.mjs');
    await writeFile(file, body);
    const probes = await probeEngines({ names: ['wasm'], file: pathToFileURL(file), deadlineMs });
    expect(probes).toEqual([
      { name: 'wasm', found: true, usable: false, reason: expect.stringMatching(reason), probeMs: expect.any(Number) },
    ]);
  });
});
