import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import { connect, connectControl } from '../../src/transport/index.js';
import { type CliProcess, startCli } from '../support/cli-process.js';
import { pythonWith } from '../support/python.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

const SLOW = { timeout: 180_000 };

let tiny: Awaited<ReturnType<typeof tinyModel>>;
let folder = '';
beforeAll(async () => {
  tiny = await tinyModel();
  folder = await mkdtemp(join(tmpdir(), 'skelmix-e2e-'));
}, 120_000);
afterAll(async () => {
  await tiny?.remove();
  await rm(folder, { recursive: true, force: true });
});

const running = new Set<CliProcess>();
afterEach(async () => {
  for (const { child, exit } of running) {
    child.kill('SIGKILL');
    await exit;
  }
  running.clear();
});

function start(...args: string[]): CliProcess {
  const process = startCli(args, { cwd: folder });
  running.add(process);
  return process;
}

const serve = (...args: string[]): CliProcess =>
  start('serve', '--data', TINY_DATA, '--port', '0', '--print-endpoint', '--batch-size', '8', '--frames', '16', ...args);

const withModel = (model: string): string[] => ['--model', model, '--generator-steps', '2', '--threads', '1'];

describe('skelmix serve', () => {
  it('streams, mixes exactly while the ratio changes, and stops cleanly on Ctrl-C', SLOW, async () => {
    const server = serve('--ratio', '0.3', ...withModel(tiny.folder));
    const [, tcp] = await server.waitFor('stdout', /^(tcp:\S+)\n(ipc:\S+)\n/);
    const socket = /ipc:\/\/(\S+)/.exec(server.stdout)![1]!;
    expect(server.stderr).toContain('SIMULATED');
    expect(server.stderr).toContain(`skelmix.connect("${tcp}")`);
    expect(existsSync(socket)).toBe(true);

    const credit = 4;
    const stream = await connect(tcp!, { credit });
    const batches: Batch[] = [];
    const changes: { asked: number; effectiveSeq: number; ratio: number }[] = [];
    for await (const batch of stream) {
      batches.push(batch);
      const ratio = { 60: 0.55, 130: 0.1 }[batches.length];
      if (ratio !== undefined) {
        const { effectiveSeq } = await stream.setRatio(ratio);
        changes.push({ asked: batch.seq, effectiveSeq, ratio });
      }
      if (batches.length === 200) break;
    }

    // One consumer that loses nothing gets every batch, in order.
    expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_, k) => k));
    const targetOf = (seq: number): number => changes.findLast(({ effectiveSeq }) => seq >= effectiveSeq)?.ratio ?? 0.3;
    let synthetic = 0;
    let expected = 0;
    for (const { seq, ratio, mix, y, origin } of batches) {
      expect(ratio.target).toBe(targetOf(seq));
      synthetic += mix.fresh + mix.replayed;
      expected += targetOf(seq) * y.length;
      expect(origin.filter((code) => code > 0)).toHaveLength(mix.fresh + mix.replayed);
      expect(Math.abs(synthetic - expected), `after batch ${seq}`).toBeLessThan(1);
    }
    expect(changes).toHaveLength(2);
    for (const { asked, effectiveSeq } of changes) expect(effectiveSeq - asked - 1).toBeLessThanOrEqual(credit);

    server.child.kill('SIGINT');
    expect(await server.exit).toBe(0);
    expect(server.stderr).toMatch(/SIGINT: stopping.*\n(.*\n)*stopped after \d+ batches\n$/);
    expect(server.stdout).toBe(`${tcp}\nipc://${socket}\n`);
    expect(existsSync(socket)).toBe(false);
  });

  it('says goodbye to its consumers on SIGTERM, and prints nothing for people when quiet', SLOW, async () => {
    const server = serve('--ratio', '0', '--quiet', '--no-serve-ipc');
    const [, tcp] = await server.waitFor('stdout', /^(tcp:\S+)\n/);
    const control = await connectControl(tcp!);
    server.child.kill('SIGTERM');
    await control.closed;
    expect(await server.exit).toBe(0);
    expect(server.stdout).toBe(`${tcp}\n`);
    expect(server.stderr).toMatch(/^warning: the "real" clips are SIMULATED.*\n$/);
  });

  it.skipIf(process.platform === 'win32')(
    'ends at once, as Ctrl-C alone would have ended it, on a second Ctrl-C',
    SLOW,
    async () => {
      // Weights that never come keep the server starting for as long as it takes.
      const endless = join(folder, 'endless');
      await cp(tiny.folder, endless, { recursive: true });
      await rm(join(endless, 'denoiser.safetensors'));
      execFileSync('mkfifo', [join(endless, 'denoiser.safetensors')]);
      const server = serve('--ratio', '0.3', ...withModel(endless));
      await server.waitFor('stderr', /opening puppet/);
      server.child.kill('SIGINT');
      await server.waitFor('stderr', /SIGINT: stopping/);
      const press = setInterval(() => server.child.kill('SIGINT'), 100);
      expect(await server.exit.finally(() => clearInterval(press))).toBe('SIGINT');
      expect(server.stdout).toBe('');
    },
  );
});

describe('skelmix train and generate', () => {
  it('stop on Ctrl-C with a checkpoint, go on from it, and end in a model that makes clips', SLOW, async () => {
    const out = join(folder, 'trained');
    const shape = ['--width', '8', '--blocks', '1', '--heads', '1', '--frames', '16', '--batch-size', '4', '--threads', '1'];
    const data = ['--data', TINY_DATA, '--out', out, ...shape];
    const stopped = start('train', 'st-trans', ...data, '--steps', '1000000');
    await stopped.waitFor('stderr', /st-trans 1\/1000000 {2}loss \d/);
    stopped.child.kill('SIGINT');
    expect(await stopped.exit).toBe(130);
    expect(stopped.stderr).toMatch(
      /stopping after this step(.*\n)*stopped; the state is saved in .*st-trans\.checkpoint.*--resume/,
    );
    expect(existsSync(join(out, 'st-trans.checkpoint'))).toBe(true);

    const other = start('train', 'st-trans', ...data, '--steps', '3', '--resume');
    expect(await other.exit).toBe(4);
    expect(other.stderr).toContain('is of another training');

    const whole = start('train', 'all', ...data, '--steps', '3');
    expect(await whole.exit).toBe(0);
    expect(whole.stdout).toBe(`${out}\n`);
    expect(existsSync(join(out, 'st-trans.checkpoint'))).toBe(false);

    const clips = start('generate', '--model', out, '--count', '5', '--out', 'clips.npz', '--generator-steps', '2', '--quiet');
    expect([await clips.exit, clips.stdout, clips.stderr]).toEqual([0, 'clips.npz\n', '']);
    const python = pythonWith('numpy');
    if (python) {
      const script = `import numpy as np; f = np.load('clips.npz'); k = f['keypoints']
print(k.shape, k.dtype, np.isfinite(k).all(), f['labels'].tolist(), f['class_names'][1], f['ids'][0].split('/')[0])`;
      expect(execFileSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' })).toBe(
        '(5, 1, 16, 20, 3) float32 True [0, 1, 2, 3, 4] clap synthetic\n',
      );
    }
  });
});
