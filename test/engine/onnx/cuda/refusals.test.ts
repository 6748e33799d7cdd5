import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cudaFolder, cudaLayout, findCuda, runtimePackages } from '../../../../src/engine/onnx/cuda/installation.js';
import { cudaLibraries, preloadCuda } from '../../../../src/engine/onnx/cuda/preload.js';
import { readyCuda } from '../../../../src/engine/onnx/cuda/ready-cuda.js';
import { selectEngine } from '../../../../src/engine/select.js';

vi.mock('../../../../src/engine/onnx/device.js', () => ({
  findDevice: async () => ({ usable: false, reason: 'CUDA failure 35: CUDA driver version is insufficient' }),
}));

let data = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'skelmix-cuda-'));
  vi.stubEnv('XDG_DATA_HOME', data);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(data, { recursive: true });
});

async function put(path: string, text = ''): Promise<void> {
  const target = join(cudaFolder(), path);
  await mkdir(join(target, '..'), { recursive: true });
  await writeFile(target, text);
}

/** A setup for a version of onnxruntime, without real libraries. */
async function putSetup(version: string): Promise<void> {
  const { native } = cudaLayout('');
  await put(join(native, 'libonnxruntime_providers_cuda.so'));
  await put('setup.json', JSON.stringify({ onnxruntime: version }));
}

describe('onnx-cuda', () => {
  it('is found where a setup has ended', async () => {
    expect(findCuda()).toBeUndefined();
    await put('setup.json', '{"onnxruntime":"1.0.0"}');
    expect(findCuda(), 'without the provider').toBeUndefined();
    await putSetup('1.0.0');
    expect(findCuda()).toMatchObject({ version: '1.0.0', folder: cudaFolder() });
  });

  it('that was set up for another onnxruntime is refused with both versions, and the others use that of npm', async () => {
    await putSetup('1.0.0');
    const { version } = runtimePackages();
    await expect(selectEngine({ name: 'onnx-cuda' })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: `the engine onnx-cuda was set up for onnxruntime 1.0.0, and ${version} is installed: run \`skelmix setup cuda\` again`,
    });
    const engine = await selectEngine({ name: 'onnx-cpu' });
    await engine.close();
  });

  it('without a driver that is new enough is refused in the words of CUDA', async () => {
    await putSetup(runtimePackages().version);
    await expect(readyCuda()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/finds no GPU .*CUDA failure 35: CUDA driver version is insufficient\. .*nvidia-smi/),
      details: { engine: 'onnx-cuda', reason: expect.stringContaining('35') },
    });
  });
});

describe("CUDA's libraries", () => {
  it('are found in either layout of the wheels, each before those that need it', async () => {
    for (const file of ['cublas/lib/libcublas.so.12', 'cublas/lib/libcublasLt.so.12', 'cuda_runtime/lib/libcudart.so.12'])
      await put(`python/nvidia/${file}`);
    for (const file of ['cudnn/lib/libcudnn.so.9', 'cudnn/lib/libcudnn_ops.so.9', 'cudnn/include/cudnn.h'])
      await put(`python/nvidia/${file}`);
    const { libraries } = cudaLayout(cudaFolder());
    expect(cudaLibraries(libraries).map((path) => path.slice(libraries.length + 1))).toEqual([
      'cuda_runtime/lib/libcudart.so.12',
      'cublas/lib/libcublasLt.so.12',
      'cublas/lib/libcublas.so.12',
      'cudnn/lib/libcudnn.so.9',
    ]);
    expect(cudaLibraries(join(data, 'nowhere'))).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('that can not be loaded are named', async () => {
    await put('python/nvidia/cu13/lib/libcudart.so.13', 'no library');
    expect(() => preloadCuda(cudaLayout(cudaFolder()).libraries)).toThrowError(
      expect.objectContaining({
        code: 'BACKEND_UNAVAILABLE',
        message: expect.stringMatching(/can't load a library of CUDA: .*libcudart\.so\.13: .*Run `skelmix setup cuda` again/s),
      }),
    );
  });
});
