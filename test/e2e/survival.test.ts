import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import { connect } from '../../src/transport/index.js';
import { type CliProcess, startCli } from '../support/cli-process.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

let tiny: Awaited<ReturnType<typeof tinyModel>>;
let folder = '';
beforeAll(async () => {
  tiny = await tinyModel('train', { gate: true });
  folder = await mkdtemp(join(tmpdir(), 'skelmix-survival-'));
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

async function serve(port: string, ...more: string[]): Promise<{ process: CliProcess; tcp: string; port: string }> {
  const model = ['--model', tiny.folder, '--generator-steps', '2', '--threads', '1'];
  const args = ['--data', TINY_DATA, '--port', port, '--print-endpoint', '--batch-size', '6', '--frames', '16', '--no-serve-ipc'];
  const process = startCli(['serve', ...args, ...model, '--mix-mode', 'strict', '--ratio', '0.5', ...more], { cwd: folder });
  running.add(process);
  const [, tcp, chosen] = await process.waitFor('stdout', /^(tcp:\S+:(\d+))\n/);
  return { process, tcp: tcp!, port: chosen! };
}

const bits = ({ x, y, ids, origin, seq, rev }: Batch): unknown => [
  seq,
  rev,
  ids,
  Array.from(y),
  Array.from(origin),
  Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('base64'),
];

it('a strict server that is killed and started again goes on with the very batches of an uninterrupted run', {
  timeout: 180_000,
}, async () => {
  const journal = ['--journal', join(folder, 'journal')];
  const first = await serve('0', ...journal);
  const stream = await connect(first.tcp, { credit: 2, preferIpc: false });
  const batches = stream[Symbol.asyncIterator]();
  const got = new Map<number, unknown>();
  const take = async (): Promise<Batch> => {
    const { value } = await batches.next();
    const before = got.get(value!.seq);
    // What was at work when the server was killed may come again, and is the same.
    if (before !== undefined) expect(bits(value!)).toEqual(before);
    got.set(value!.seq, bits(value!));
    return value!;
  };
  while (got.size < 5) await take();
  const { effectiveSeq } = await stream.setRatio(0.75);
  await stream.set(
    'classWeights',
    Array.from({ length: 12 }, (_, label) => label % 3),
  );
  await stream.set('schedule', { kind: 'linear', to: 0.3, over: 6, unit: 'batches' });
  while (got.size < 9) await take();
  first.process.child.kill('SIGKILL');
  await first.process.exit;
  const second = await serve(first.port, ...journal);
  await second.process.waitFor('stderr', /going on from the journal in .*: 3 live changes, \d batches processed/);
  while (got.size < 14) await take();
  expect([...got.keys()].sort((a, b) => a - b)).toEqual([...Array(14).keys()]);
  expect(stream).toMatchObject({ rev: 3, ratio: 0.75 });
  expect(stream.settings.schedule).toEqual({ kind: 'linear', from: 0.75, to: 0.3, over: 6, unit: 'batches' });
  expect(got.get(effectiveSeq - 1)).toMatchObject({ 1: 0 });
  expect(got.get(effectiveSeq)).toMatchObject({ 1: 3 });
  const state = await stream.state();
  await stream.close();

  const whole = await connect(second.tcp, { state: { ...state, epoch: 0, step: 0 }, preferIpc: false });
  const repeated: unknown[] = [];
  for await (const batch of whole) {
    repeated.push(bits(batch));
    if (repeated.length === 14) break;
  }
  expect(repeated).toEqual([...Array(14).keys()].map((seq) => got.get(seq)));
});

it('a journal of another stream, or one that is in use, ends the start with a reason', { timeout: 120_000 }, async () => {
  const journal = ['--journal', join(folder, 'busy')];
  await serve('0', ...journal);
  const args = ['serve', '--data', TINY_DATA, '--port', '0', '--ratio', '0', ...journal];
  const rival = startCli(args, { cwd: folder });
  expect(await rival.exit).toBe(2);
  expect(rival.stderr).toMatch(/busy is in use by process \d+: stop that server, or name another folder/);
});
