import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunTool } from '../../../src/cli/setup/run-tool.js';
import { removeCuda, setupCuda } from '../../../src/cli/setup/setup-cuda.js';
import { cudaFolder, cudaLayout, findCuda, runtimePackages } from '../../../src/engine/index.js';
import { runInProcess } from '../../support/run-in-process.js';
import { fakeTools } from './fake-tools.js';

let data = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'skelmix-cuda-'));
});
afterEach(() => rm(data, { recursive: true }));

const PROVIDERS = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];

/** pip's part is to leave wheels: these hold empty libraries. */
function withWheels(run: RunTool, files: readonly string[]): RunTool {
  return async (command, args, options) => {
    const output = await run(command, args, options);
    if (!args.includes('install')) return output;
    const folder = args[args.indexOf('--target') + 1]!;
    for (const path of [...files.map((file) => `onnxruntime/capi/${file}`), 'nvidia/cu13/lib/libcudart.so.13', 'numpy/a.py']) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), '');
    }
    return output;
  };
}

async function setUp(failing: Record<string, string> = {}, { platform = 'linux x64', files = PROVIDERS, hasGpu = true } = {}) {
  const { run, lines } = fakeTools(failing);
  const env = { XDG_DATA_HOME: data };
  const steps: string[] = [];
  const folder = await setupCuda({
    env,
    run: withWheels(run, files),
    onStep: (step) => steps.push(step),
    platform,
    exists: () => hasGpu,
  });
  return { folder, lines, steps };
}

describe('setting up CUDA', () => {
  it('puts the provider of the installed version beside a copy of onnxruntime, and leaves npm alone', async () => {
    const { version, runtime, native } = runtimePackages();
    const before = await readdir(join(runtime, native));
    const { folder, lines, steps } = await setUp();
    expect(folder).toBe(cudaFolder({ XDG_DATA_HOME: data }));
    const layout = cudaLayout(folder);
    expect((await readdir(layout.native)).sort()).toEqual(
      ['libonnxruntime.so.1', ...PROVIDERS, 'onnxruntime_binding.node'].sort(),
    );
    expect(findCuda({ XDG_DATA_HOME: data })).toEqual({
      folder,
      version,
      packageFolder: layout.packageFolder,
      libraries: layout.libraries,
    });
    expect(await readdir(layout.wheels), 'only what is loaded is kept').toEqual(['nvidia']);
    expect(lines.find((line) => line.includes('pip install'))).toMatch(
      new RegExp(`--python-version 3\\.\\d+ --target ${layout.wheels} onnxruntime-gpu\\[cuda,cudnn\\]==${version}$`),
    );
    expect(lines.at(-1)).toMatch(/prove-engine\.js onnx-cuda$/);
    expect(steps).toHaveLength(3);
    expect(await readdir(join(runtime, native))).toEqual(before);
    expect(await readFile(join(folder, 'node_modules/onnxruntime-common/package.json'), 'utf8')).toContain('onnxruntime-common');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['there is no Python', { 'python3 --version': 'ENOENT' }, /CUDA provider comes as a Python wheel, and there is no python3/],
    ['Python has no pip', { 'python3 -m pip --version': 'No module' }, /python3 has no pip to fetch it/],
    [
      'there is no wheel of this version',
      { 'python3 -m pip install': 'ERROR: No matching distribution found' },
      /no wheel onnxruntime-gpu\[cuda,cudnn\]==\d+\.\d+\.\d+ for python3 on this platform/,
    ],
    [
      'pip fails otherwise',
      { 'python3 -m pip install': 'timed out' },
      /can't fetch onnxruntime-gpu.*check the network.* timed out/,
    ],
    [
      'the disk is full',
      { 'python3 -m pip install': 'No space left on device' },
      /disk is full: .*needs 3 GB; set XDG_DATA_HOME/,
    ],
    [
      'it does not compute',
      { [process.execPath]: 'CUDA failure 35' },
      /does not compute here, and was removed .*CUDA failure 35/,
    ],
  ])('says what to do where %s, and leaves nothing', async (_, failing, message) => {
    await expect(setUp(failing)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: expect.stringMatching(message) });
    expect(await readdir(data)).toEqual([]);
  });

  it('says so where the wheel holds no provider, and leaves nothing', async () => {
    await expect(setUp({}, { files: [] })).rejects.toThrow(/holds no libonnxruntime_providers_shared\.so/);
    expect(await readdir(data)).toEqual([]);
  });

  it('is refused before anything is fetched where there is no driver, or no CUDA for the platform', async () => {
    await expect(setUp({}, { hasGpu: false })).rejects.toThrow(
      /no NVIDIA GPU here.*leave it: the engine onnx-cpu needs no setup/,
    );
    await expect(setUp({}, { platform: 'darwin arm64' })).rejects.toThrow(/linux x64 only, not on darwin arm64.*onnx-webgpu/);
    expect(await readdir(data)).toEqual([]);
  });
});

describe('removing CUDA', () => {
  it('is a flag of the command, and leaves nothing', async () => {
    const { folder } = await setUp();
    const env = { XDG_DATA_HOME: data };
    expect(await runInProcess(['setup', 'cuda', '--remove'], { env })).toMatchObject({
      code: 0,
      stderr: 'removed the CUDA provider\n',
    });
    expect(existsSync(folder)).toBe(false);
    expect(await readdir(data)).toEqual([]);
    expect(await removeCuda(env)).toBe(false);
  });
});
