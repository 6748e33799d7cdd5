import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/run-in-process.js';
import { tinyModel } from '../support/tiny-model.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skelmix-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command line that must fail, checks that stdout stays clean, and returns what stands on stderr. */
async function failure(code: number, ...args: readonly string[]): Promise<string> {
  const outcome = await runInProcess(args, { cwd: folder });
  expect(outcome.stderr).toMatch(/^((warning:|opening) .*\n)*error [A-Z_]+\n {2}\S/);
  expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
  return outcome.stderr;
}

describe('wrong command lines end with exit code 2', () => {
  it('a ratio of 1.4: value, range and meaning', async () => {
    const text = await failure(2, 'serve', '--data', 'puppet', '--ratio', '1.4');
    expect(text).toContain('error CONFIG_INVALID');
    expect(text).toContain('mix.ratio is 1.4 (from flag --ratio): expected a number from 0 to 1 (share of synthetic samples');
    expect(text).toContain('hint: docs/configuration.md');
  });

  it.each([
    [['srve'], "unknown command 'srve'; did you mean serve?"],
    [['serve', '--raito', '0.2'], "unknown option '--raito'; did you mean --ratio?"],
    [['serve', '--ratio'], "option '--ratio <number>' argument missing"],
    [['inspect', 'a', 'b'], 'too many arguments'],
    [['train', 'denoiser'], "required option '--out <folder>' not specified"],
    [['train', 'gan', '--out', 'm'], 'train "gan": expected denoiser, early, st-trans, distilled, gate, noise, all or evaluator'],
    [['train', 'all', '--out', 'm', '--steps', '0'], '--steps is "0": expected a whole number of at least 1'],
    [['train', 'all', '--out', 'm', '--learning-rate', 'fast'], '--learning-rate is "fast": expected a number above 0'],
    [['train', 'all', '--out', 'm'], 'data is missing: name a data set with --data'],
    [['serve', '--data', 'ntu:/x'], 'no data set "ntu:/x"'],
    [['serve', '--data', 'puppet', '--split', 'val', '--ratio', '0.2'], 'is for evaluation and never takes synthetic samples'],
    [['serve', '--data', 'puppet', '--ratio', '0.9'], '--mix-force'],
    [['serve', '--config', 'none.json'], 'configuration file none.json does not exist'],
    [['generate', '--out', 'x.npz'], 'generator.model is missing'],
    [['ratio', '140%'], 'ratio is "140%": expected a number from 0 to 1, the share of synthetic samples (140% is 1.4)'],
    [['ratio', 'half'], 'ratio is "half"'],
  ])('%j', async (args, message) => {
    expect(await failure(2, ...args)).toContain(message);
  });

  it('no command at all: the help, on stderr', async () => {
    const { code, stdout, stderr } = await runInProcess([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: skelmix');
  });
});

describe('unusable data ends with exit code 3', () => {
  it('a path that does not exist', async () => {
    const text = await failure(3, 'inspect', `utd-mhad:${folder}/nowhere`);
    expect(text).toContain('error DATA_PATH_MISSING');
    expect(text).toContain(`${folder}/nowhere`);
  });

  it('a split that the data set does not have', async () => {
    expect(await failure(3, 'inspect', 'puppet', '--split', 'xview/train')).toContain('puppet has no split "xview/train"');
  });

  it('a layout of other joints', async () => {
    const layout = { name: 'stick', channels: 3, joints: ['hip', 'tail'], parents: { tail: 'hip' }, root: 'hip' };
    await writeFile(join(folder, 'stick.json'), JSON.stringify(layout));
    const text = await failure(3, 'serve', '--data', 'puppet', '--ratio', '0', '--layout', join(folder, 'stick.json'));
    expect(text).toContain('error LAYOUT_MISMATCH');
    expect(text).toContain('tail');
  });

  it('a truncated file, with the place where it ends', async () => {
    const skeletons = join(folder, 'Skeleton');
    await mkdir(skeletons);
    await writeFile(join(skeletons, 'a1_s1_t1_skeleton.mat'), Buffer.alloc(60, 'MATLAB 5.0 '));
    const text = await failure(3, 'train', 'denoiser', '--data', `utd-mhad:${skeletons}`, '--out', join(folder, 'm'));
    expect(text).toContain('error FORMAT_TRUNCATED');
    expect(text).toContain('a1_s1_t1');
  });
});

describe('unusable models end with exit code 4', () => {
  const serve = ['serve', '--data', 'puppet:2', '--ratio', '0.2', '--port', '0'] as const;
  let tiny: Awaited<ReturnType<typeof tinyModel>>;
  beforeAll(async () => {
    tiny = await tinyModel();
  });
  afterAll(() => tiny?.remove());

  it('a folder without a model', async () => {
    const text = await failure(4, ...serve, '--model', join(folder, 'no-model'));
    expect(text).toContain('error MODEL_MISSING');
    expect(text).toContain('skelmix train all');
  });

  it('a model of another split: which, and what to do', async () => {
    const other = join(folder, 'other-split');
    await mkdir(other);
    const manifest = JSON.parse(await readFile(join(tiny.folder, 'manifest.json'), 'utf8'));
    manifest.dataset.split = 'val';
    await writeFile(join(other, 'manifest.json'), JSON.stringify(manifest));
    const text = await failure(4, ...serve, '--model', other);
    expect(text).toContain('error MODEL_MISMATCH');
    expect(text).toContain('has another split than the data: it was trained with val, the stream has train');
    expect(text).toContain('set the ratio to 0');
  });

  it('damaged weights', async () => {
    const damaged = join(folder, 'damaged');
    await mkdir(damaged);
    for (const file of ['manifest.json', 'st-trans.safetensors']) await copyFile(join(tiny.folder, file), join(damaged, file));
    const weights = await readFile(join(tiny.folder, 'denoiser.safetensors'));
    await writeFile(join(damaged, 'denoiser.safetensors'), weights.subarray(0, weights.length / 2));
    const text = await failure(4, 'generate', '--model', damaged, '--out', 'x.npz');
    expect(text).toContain(join(damaged, 'denoiser.safetensors'));
  });

  it('inspect shows what a sound one is', async () => {
    const { code, stdout } = await runInProcess(['inspect', tiny.folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trained on puppet train, 24 clips \(SIMULATED, not recorded\)$/m);
    expect(stdout).toMatch(/^makes {6}16 frames at [\d.]+ Hz, 1 person$/m);
    expect(stdout).toMatch(/^denoiser \(denoiser\.safetensors\)\n {2}architecture: .*width 8/m);
    const json = JSON.parse((await runInProcess(['inspect', tiny.folder, '--json'])).stdout);
    expect(Object.keys(json.networks)).toEqual(['denoiser', 'st-trans']);
  });

  it('a class that the model does not know is a wrong command line', async () => {
    const text = await failure(2, 'generate', '--model', tiny.folder, '--out', 'x.npz', '--classes', 'wave,clapp');
    expect(text).toContain('--classes names "clapp", which is no class of the model; did you mean "clap"?');
  });
});

describe('a stream that can not be opened or reached ends with exit code 5', () => {
  let server: Server;
  let port = 0;
  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('a port in use: who has it, and what to do', async () => {
    const text = await failure(5, 'serve', '--data', 'puppet:1', '--ratio', '0', '--port', String(port));
    expect(text).toContain('error PORT_IN_USE');
    expect(text).toContain(`port ${port} is in use`);
    expect(text).toContain('0 takes any free one');
  });

  it('an address of another form', async () => {
    expect(await failure(5, 'stats', '--endpoint', 'localhost')).toContain('error ADDRESS_INVALID');
  });
});

describe('what goes to stdout', () => {
  it('--print-config: each setting with its value and origin, and nothing else', async () => {
    await writeFile(join(folder, 'skelmix.json'), '{"batch": {"size": 4}}');
    const env = { SKELMIX_SEED: '3' };
    const { code, stdout } = await runInProcess(['serve', '--print-config', '--ratio', '0.6'], { cwd: folder, env });
    await rm(join(folder, 'skelmix.json'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^setting +value +from$/m);
    expect(stdout).toMatch(/^mix\.ratio +0\.6 +flag --ratio$/m);
    expect(stdout).toMatch(/^seed +3 +environment SKELMIX_SEED$/m);
    expect(stdout).toMatch(/^batch\.size +4 +file skelmix\.json$/m);
    expect(stdout).toMatch(/^engine\.name +auto +default$/m);
    expect(stdout).not.toContain('warning');
  });

  it('inspect of data: the facts, loudly simulated, or one JSON object', async () => {
    const plain = await runInProcess(['inspect', 'puppet:2', '--split', 'val']);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toContain('puppet (SIMULATED, not recorded)');
    expect(plain.stdout).toMatch(/^ +0 +wave +1$/m);
    const json = JSON.parse((await runInProcess(['inspect', 'puppet:2', '--json'])).stdout);
    expect(json).toMatchObject({ name: 'puppet', simulated: true, split: 'train', clips: 24, badClips: [] });
  });

  it('doctor: one JSON object, whatever works here', async () => {
    const { code, stdout } = await runInProcess(['doctor', '--json', '--data', 'puppet:1', '--port', '0']);
    expect(code).toBe(0);
    const findings = JSON.parse(stdout) as { what: string; state: string; text: string }[];
    const of = (what: string) => findings.find((finding) => finding.what === what);
    expect(of('Node')).toMatchObject({ state: 'ok', text: expect.stringContaining(process.versions.node) });
    expect(of('engine onnx-cpu')).toMatchObject({ state: 'ok', probe: { usable: true, speed: { gflops: expect.any(Number) } } });
    expect(of('port')).toMatchObject({ state: 'ok' });
    expect(of('data')).toMatchObject({ state: 'ok', text: 'puppet train: 12 SIMULATED clips, 12 classes' });
    expect(of('Python client')).toBeDefined();
  });

  it('doctor: fails with the exit code of the data that can not be used', async () => {
    const { code, stdout } = await runInProcess(['doctor', '--json', '--data', `utd-mhad:${folder}/nowhere`]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ what: 'data', state: 'failure' }));
  });

  it('version and help', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runInProcess(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await runInProcess(['serve', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/--ratio <number> +share of synthetic samples; .*also --mix-ratio\)/);
    expect(help.stdout).toContain('Generator:');
  });
});
