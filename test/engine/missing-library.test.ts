import { expect, it, vi } from 'vitest';
import { createOnnxEngine } from '../../src/engine/onnx/onnx-engine.js';
import { probeEngines } from '../../src/engine/select.js';

vi.mock('onnxruntime-node', () => {
  throw new Error('libonnxruntime.so.1: cannot open shared object file');
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
  const onnx = (await probeEngines()).find(({ name }) => name === 'onnx');
  expect(onnx).toMatchObject({ name: 'onnx', usable: false });
  expect(onnx).not.toHaveProperty('version');
});
