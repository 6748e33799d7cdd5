import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTensorflow, setupTensorflow } from '../../../src/cli/setup/setup-tensorflow.js';
import { findTensorflow, type TensorflowDevice, tensorflowFolder } from '../../../src/engine/index.js';
import { runInProcess } from '../../support/run-in-process.js';
import { fakeTools } from './fake-tools.js';

let data = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'skelmix-setup-'));
});
afterEach(() => rm(data, { recursive: true }));

async function setUp(failing: Record<string, string> = {}, device: TensorflowDevice = 'cpu', platform = 'linux') {
  const { run, lines } = fakeTools(failing);
  const steps: string[] = [];
  const env = { XDG_DATA_HOME: data };
  const folder = await setupTensorflow({ device, env, run, onStep: (step) => steps.push(step), platform, exists: () => true });
  return { folder, lines, steps };
}

describe('setting up TensorFlow', () => {
  it.each([
    ['cpu', 'tensorflow-cpu', 'tfjs-node', 'tensorflow-cpu'],
    ['gpu', 'tensorflow[and-cuda]', 'tfjs-node-gpu', 'tensorflow-gpu'],
  ] as const)('for the %s fetches, links and proves it where the engine looks for it', async (device, wheel, name, engine) => {
    const { folder, lines, steps } = await setUp({}, device);
    expect(folder).toBe(tensorflowFolder({ XDG_DATA_HOME: data }));
    expect(findTensorflow(device, { XDG_DATA_HOME: data })?.packageFolder).toBe(join(folder, 'node_modules/@tensorflow', name));
    expect(steps).toHaveLength(4);
    expect(lines.find((line) => line.startsWith('python3 -m pip install'))).toMatch(` --target ${folder}/python ${wheel}`);
    expect(lines.find((line) => line.startsWith('npm pack'))).toContain(`@tensorflow/${name}@4.`);
    expect(lines.at(-1)).toMatch(new RegExp(`prove-engine\\.js ${engine}$`));
  });

  it('lets tfjs-node find the tfjs of skelmix, wherever that lies', async () => {
    const { folder } = await setUp();
    for (const name of ['tfjs', 'tfjs-core']) {
      const source = await readFile(join(folder, 'node_modules/@tensorflow', name, 'index.js'), 'utf8');
      expect(source).toContain("Symbol.for('skelmix.tfjs')");
    }
  });

  it('of another kind replaces the one before', async () => {
    await setUp({}, 'gpu');
    await setUp({}, 'cpu');
    expect(findTensorflow('gpu', { XDG_DATA_HOME: data })).toBeUndefined();
    expect(findTensorflow('cpu', { XDG_DATA_HOME: data })).toBeDefined();
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['there is no Python', { 'python3 --version': 'ENOENT' }, /no python3: install it .*SKELMIX_PYTHON/],
    ['Python has no pip', { 'python3 -m pip --version': 'No module named pip' }, /python3 has no pip .*python3-pip/],
    [
      'there is no compiler',
      { 'c++': 'ENOENT', 'g++': 'ENOENT', 'clang++': 'ENOENT' },
      /none of c\+\+, g\+\+, clang\+\+ runs: .*apt install g\+\+/,
    ],
    [
      'there is no wheel for this Python',
      { 'python3 -m pip install': 'ERROR: No matching distribution found for tensorflow-cpu' },
      /no wheel tensorflow-cpu for python3 .*SKELMIX_PYTHON/,
    ],
    [
      'pip fails otherwise',
      { 'python3 -m pip install': 'timed out' },
      /can't fetch tensorflow-cpu; check the network.* timed out/,
    ],
    ['the disk is full', { 'python3 -m pip install': 'No space left on device' }, /disk is full: .*XDG_DATA_HOME/],
    ['npm fails', { 'npm pack': 'npm failed: 404' }, /npm failed: 404/],
    ['it does not compile', { 'c++ -std': 'fatal error: c_api.h' }, /does not compile with c\+\+; .*CXX\. fatal error: c_api\.h/],
    ['it does not compute', { [process.execPath]: 'Illegal instruction' }, /does not compute here, and was removed .*onnx/],
  ])('says what to do where %s, and leaves nothing', async (_, failing, message) => {
    await expect(setUp(failing)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(new RegExp(message.source, 's')),
    });
    expect(await readdir(data)).toEqual([]);
  });

  it('keeps a former setup where nothing could be begun', async () => {
    await setUp();
    await expect(setUp({ 'python3 --version': 'ENOENT' })).rejects.toThrow();
    expect(findTensorflow('cpu', { XDG_DATA_HOME: data })).toBeDefined();
  });

  it('for a GPU is refused where no driver shows itself, before anything is fetched', async () => {
    const { run, lines } = fakeTools();
    const asked: string[] = [];
    const exists = (path: string) => asked.push(path) === 0;
    const setup = setupTensorflow({
      device: 'gpu',
      env: { XDG_DATA_HOME: data },
      run,
      onStep: () => {},
      platform: 'linux',
      exists,
    });
    await expect(setup).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: expect.stringContaining('no NVIDIA GPU') });
    expect(asked).toEqual(['/dev/nvidiactl', '/dev/dxg']);
    expect(lines).toEqual([]);
  });

  it('is refused where its wheels hold no library to link with', async () => {
    await expect(setUp({}, 'cpu', 'darwin')).rejects.toMatchObject({
      message: expect.stringContaining('on Linux only, not on darwin'),
    });
  });
});

describe('removing TensorFlow', () => {
  it('leaves nothing, and says whether there was something', async () => {
    const env = { XDG_DATA_HOME: data };
    expect(await removeTensorflow(env)).toBe(false);
    await setUp();
    expect(await removeTensorflow(env)).toBe(true);
    expect(await readdir(data)).toEqual([]);
  });

  it('leaves what else is in the folder of skelmix', async () => {
    await setUp();
    await writeFile(join(data, 'skelmix', 'notes'), '');
    await removeTensorflow({ XDG_DATA_HOME: data });
    expect(existsSync(join(data, 'skelmix', 'notes'))).toBe(true);
  });

  it('is a flag of the command', async () => {
    const { folder } = await setUp();
    const outcome = await runInProcess(['setup', 'tensorflow', '--remove'], { env: { XDG_DATA_HOME: data } });
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: 'removed TensorFlow\n' });
    expect(existsSync(folder)).toBe(false);
    const again = await runInProcess(['setup', 'tensorflow', '--remove'], { env: { XDG_DATA_HOME: data } });
    expect(again.stderr).toBe('TensorFlow was not set up: nothing to remove\n');
  });
});
