import { expect, it, vi } from 'vitest';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { probeEngine } from '../../src/engine/probe-engine.js';
import { selectEngine } from '../../src/engine/select.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';

vi.mock('onnxruntime-node', () => {
  throw new Error('libonnxruntime.so.1: cannot open shared object file');
});

vi.mock('@tensorflow/tfjs-backend-wasm', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-backend-wasm'");
});

it('a missing native library is a coded error that says what to do', async () => {
  await expect(createOnnxEngine()).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    exitCode: 4,
    message: expect.stringMatching(/can't load onnxruntime-node: .*Reinstall it with `npm install onnxruntime-node`/s),
    details: { engine: 'onnx' },
  });
});

it('a missing native library leaves the probe without a version', async () => {
  const onnx = await probeEngine('onnx-cpu');
  expect(onnx).toMatchObject({ name: 'onnx-cpu', found: false, usable: false });
  expect(onnx).not.toHaveProperty('version');
});

it('a missing WebAssembly package is a coded error that says what to do, every time', async () => {
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(createWasmEngine()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/wasm can't load @tensorflow\/tfjs-backend-wasm: .*Reinstall it with `npm install/s),
      details: { engine: 'wasm' },
    });
  }
});

it('auto ends at cpu where nothing else loads', async () => {
  vi.stubEnv('XDG_DATA_HOME', '/nonexistent');
  const engine = await selectEngine({ name: 'auto' });
  expect(engine.name).toBe('cpu');
  await engine.close();
  vi.unstubAllEnvs();
});
