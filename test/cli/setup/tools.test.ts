import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonTargets, compilerArguments } from '../../../src/cli/setup/build-addon.js';
import { findCompiler, findPython, nodeHeaders } from '../../../src/cli/setup/find-tools.js';
import { toolRunner } from '../../../src/cli/setup/run-tool.js';
import { fakeTools } from './fake-tools.js';

describe('the tools of a setup', () => {
  it('are those that the environment names', async () => {
    const { run } = fakeTools();
    expect(await findPython('It', { SKELMIX_PYTHON: '/opt/python' }, run)).toBe('/opt/python');
    expect(await findPython('It', {}, run)).toBe('python3');
    expect(await findCompiler({ CXX: 'g++-14' }, run)).toBe('g++-14');
  });

  it('fall back to another compiler, but not where one is named', async () => {
    const { run } = fakeTools({ 'c++': 'ENOENT', 'g++-99': 'ENOENT' });
    expect(await findCompiler({}, run)).toBe('g++');
    await expect(findCompiler({ CXX: 'g++-99' }, run)).rejects.toThrow('none of g++-99 runs');
  });

  it("include Node's headers where Node came with them", async () => {
    const prefix = await mkdtemp(join(tmpdir(), 'skelmix-node-'));
    const program = join(prefix, 'bin', 'node');
    expect(nodeHeaders(program)).toBeUndefined();
    await mkdir(join(prefix, 'include', 'node'), { recursive: true });
    await writeFile(join(prefix, 'include', 'node', 'node_api.h'), '');
    expect(nodeHeaders(program)).toBe(join(prefix, 'include', 'node'));
    await rm(prefix, { recursive: true });
  });
});

describe('a tool', () => {
  const run = toolRunner({ PATH: process.env.PATH, GREETING: 'hello' });

  it('gets the environment and gives its output', async () => {
    expect(await run(process.execPath, ['-p', 'process.env.GREETING'])).toBe('hello\n');
  });

  it('that fails is an error with the last lines it wrote', async () => {
    const script = 'for (let i = 0; i < 40; i++) console.error("line " + i); process.exit(3)';
    await expect(run(process.execPath, ['-e', script])).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/failed: line 28\n(line \d+\n)+line 39$/),
      details: expect.objectContaining({ missing: false }),
    });
  });

  it('that is missing is told apart', async () => {
    await expect(run('/no/such/tool', [])).rejects.toMatchObject({ details: expect.objectContaining({ missing: true }) });
  });
});

describe('the libraries that are built', () => {
  const parts = { packageFolder: '/d/node_modules/@tensorflow/tfjs-node', tensorflow: '/d/python/tensorflow', nodeHeaders: '/n' };
  const [quiet, addon] = addonTargets(parts.packageFolder).map((target) => compilerArguments(target, parts).join(' '));

  it("find TensorFlow's relative to themselves", () => {
    for (const line of [quiet, addon]) expect(line).toContain('-Wl,-rpath,$ORIGIN/../../../../../python/tensorflow');
  });

  it('are the addon, linked with TensorFlow, and one that silences it, linked with nothing', () => {
    expect(addon).toContain('-o /d/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node');
    expect(addon).toContain('-l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2');
    expect(quiet).toContain('-o /d/node_modules/@tensorflow/tfjs-node/lib/napi-v8/quiet.node');
    expect(quiet).not.toContain('-l:');
  });
});
