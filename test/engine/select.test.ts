import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../src/core/logger.js';
import { probeEngines, selectEngine } from '../../src/engine/select.js';

/** With a device, `auto` may choose it; these tests are about the rest, and fake one where it matters. */
const found = vi.hoisted(() => ({ device: undefined as object | undefined, asked: [] as string[] }));

vi.mock('../../src/engine/onnx/webgpu-device.js', () => ({
  findWebgpuDevice: async () => found.device ?? { usable: false, reason: 'no supported adapters' },
}));

vi.mock('../../src/engine/onnx/has-graphics-device.js', () => ({ hasGraphicsDevice: async () => found.device !== undefined }));

const broken = vi.hoisted(() => ({ create: '', product: undefined as number[] | undefined }));

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
        if (!broken.product) return session;
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
  Object.assign(broken, { create: '', product: undefined });
  found.device = undefined;
});

describe('selectEngine', () => {
  it('gives onnx unless told otherwise', async () => {
    const engine = await selectEngine();
    expect(engine.name).toBe('onnx');
    await engine.close();
  });

  it.each(['onnx', 'cpu'] as const)('gives %s by name', async (name) => {
    const engine = await selectEngine({ name, threads: 1 });
    expect(engine.name).toBe(name);
    await engine.close();
  });

  it.each(['tensorflow', 'tensorflow-gpu'] as const)('refuses %s where it is not installed, and says how to', async (name) => {
    await expect(selectEngine({ name })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining(
        `the engine ${name} is not installed; \`skelmix setup tensorflow${name === 'tensorflow' ? '' : ' --gpu'}\` installs it`,
      ),
      details: { engine: name },
    });
  });

  it('takes the fastest that works for auto, silently', async () => {
    const { logger, warnings } = collectingLogger();
    const engine = await selectEngine({ name: 'auto', logger });
    expect(engine.name).toBe('onnx');
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
    expect([chosen.name, named.name, warnings]).toEqual(['onnx', 'onnx-webgpu', []]);
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
    expect(warnings).toEqual([expect.objectContaining({ engine: 'onnx', reason: expect.stringContaining('wrong ELF class') })]);
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
      message: "there is no tensor engine 'cuda'; expected tensorflow-gpu, onnx-webgpu, onnx, tensorflow, wasm, cpu or auto",
    });
  });
});

describe('probeEngines', () => {
  it('reports every engine with its version and the time it took', async () => {
    const probes = await probeEngines();
    expect(probes.map(({ name, usable }) => ({ name, usable }))).toEqual([
      { name: 'tensorflow-gpu', usable: false },
      { name: 'onnx-webgpu', usable: false },
      { name: 'onnx', usable: true },
      { name: 'tensorflow', usable: false },
      { name: 'wasm', usable: true },
      { name: 'cpu', usable: true },
    ]);
    for (const probe of probes.filter(({ usable }) => usable)) {
      expect(probe.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(probe.probeMs).toBeGreaterThan(0);
      expect(probe).not.toHaveProperty('reason');
    }
  });

  it('gives the reason where an engine fails, and goes on', async () => {
    broken.create = 'illegal instruction';
    const probes = await probeEngines();
    const of = (name: string) => probes.find((probe) => probe.name === name);
    expect(of('onnx')).toMatchObject({ usable: false, reason: expect.stringContaining('illegal instruction') });
    expect(of('wasm')).toMatchObject({ usable: true });
    expect(of('cpu')).toMatchObject({ usable: true });
  });
});
