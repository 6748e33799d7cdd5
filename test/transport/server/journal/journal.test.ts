import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Logger } from '../../../../src/core/logger.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { type Journal, openJournal } from '../../../../src/transport/server/journal/index.js';
import type { JournalDisk } from '../../../../src/transport/server/journal/journal.js';
import type { OpenJournalOptions } from '../../../../src/transport/server/journal/open-journal.js';
import { arrayProvider } from '../../support/array-provider.js';
import { join, provide, take } from '../../support/open.js';
import { temporaryFolder } from '../../support/places.js';

const IDENTITY = { configHash: 'points', settings: { ratio: 0.4, paused: false } };

function open(folder: string, options: OpenJournalOptions = {}): Journal {
  const journal = openJournal(folder, IDENTITY, options);
  onTestFinished(() => journal.close());
  return journal;
}

const change = (rev: number, value: number, at: Record<string, number>) => ({
  rev,
  key: 'ratio' as const,
  value,
  by: 'test',
  at,
});
const file = (folder: string): string => path(folder, 'skelmix.journal');

it('gives back what was written, in as few lines as can be', () => {
  const folder = path(temporaryFolder(), 'new');
  const first = open(folder);
  expect(first.found).toBeUndefined();
  first.change(change(1, 0.5, { share: 3 }));
  for (const seq of [0, 1, 4, 2]) first.processed('share', seq);
  first.moved('mine', 7);
  first.processed('mine', 7);
  first.close();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const second = open(folder);
  expect(second.found?.changes).toEqual([change(1, 0.5, { share: 3 })]);
  const share = second.found!.progress.get('share')!;
  expect([share.mark, share.ahead, share.highest]).toEqual([3, [4], 4]);
  expect(second.found!.progress.get('mine')!.mark).toBe(8);
  expect(readFileSync(file(folder), 'utf8').trim().split('\n')).toHaveLength(4);
});

it('leaves a torn last line out, and says where else it is damaged', () => {
  const folder = temporaryFolder();
  const first = open(folder);
  first.processed('share', 0);
  first.close();
  appendFileSync(file(folder), '{"p":["sha');
  const warnings: string[] = [];
  const second = open(folder, { logger: { ...silentLogger, warn: (line) => void warnings.push(line) } });
  expect(second.found!.progress.get('share')!.mark).toBe(1);
  expect(warnings).toEqual([expect.stringMatching(/its last entry was not finished/)]);
  second.close();
  const text = readFileSync(file(folder), 'utf8');
  writeFileSync(file(folder), `${text}nonsense\n{"p":["share",1]}\n`);
  expect(() => open(folder)).toThrow(/skelmix\.journal, line 3: not a line of a journal: nonsense; move the file away/);
  writeFileSync(file(folder), `${text}{"p":["share",-1]}\n`);
  expect(() => open(folder)).toThrow(/line 3: not an entry of a journal/);
  writeFileSync(file(folder), `${text}${JSON.stringify({ c: change(2, 0.1, {}) })}\n`);
  expect(() => open(folder)).toThrow(/revision 2 can't follow revision 0/);
  writeFileSync(file(folder), '{"some":"thing"}\n');
  expect(() => open(folder)).toThrow(/line 1: not the journal of a skelmix server/);
});

it('is of one stream and one process', () => {
  const folder = temporaryFolder();
  const first = open(folder);
  expect(() => open(folder)).toThrow(new RegExp(`is in use by process ${process.pid} \\(this one\\)`));
  first.close();
  expect(() => openJournal(folder, { ...IDENTITY, configHash: 'other' })).toThrow(
    /of another stream \(configuration points, this one is other\)/,
  );
  // A process number that no system gives.
  writeFileSync(path(folder, 'skelmix.lock'), '99999999\n');
  open(folder).close();
  const blocked = path(temporaryFolder(), 'file');
  writeFileSync(blocked, '');
  expect(() => open(blocked)).toThrow(/can't be opened/);
});

it('is written anew when it has grown', () => {
  const folder = temporaryFolder();
  const journal = open(folder, { maxBytes: 2000 });
  for (let seq = 0; seq < 10_000; seq++) journal.processed('share', seq);
  expect(statSync(file(folder)).size).toBeLessThan(2100);
  journal.close();
  expect(open(folder).found!.progress.get('share')!.mark).toBe(10_000);
});

/** A disk that takes a part of a line and then is full, while `full`. */
function smallDisk(): JournalDisk & { full: boolean } {
  const text: string[] = [];
  return {
    full: false,
    write(fd, bytes) {
      if (this.full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      text.push(bytes.toString());
      return realWrite(fd, bytes);
    },
    sync() {},
  };
}
const { writeSync } = await import('node:fs');
const realWrite = (fd: number, bytes: Buffer): number => writeSync(fd, bytes);

it('on a full disk refuses a change, and the stream goes on under the old value', async () => {
  const disk = smallDisk();
  const errors: string[] = [];
  const logger: Logger = { ...silentLogger, error: (line) => void errors.push(line) };
  const folder = temporaryFolder();
  const journal = open(folder, { disk, logger });
  const { at, server, provider } = await provide({ provider: arrayProvider(undefined, 0.4), journal });
  const stream = await join(at, { credit: 1 });
  await take(stream, 2);
  disk.full = true;
  await expect(stream.setRatio(0.9)).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringMatching(
      /ratio was not changed, since .*skelmix\.journal can't be written \(ENOSPC.*the stream goes on/,
    ),
  });
  expect(() => provider.main.set('ratio', 0.9, 'page')).toThrow(/was not changed/);
  expect((await take(stream, 3)).map(({ seq, rev, ratio }) => [seq, rev, ratio.target])).toEqual(
    [2, 3, 4].map((seq) => [seq, 0, 0.4]),
  );
  await vi.waitFor(() => expect(server.stats()['journal.lost']).toBeGreaterThan(0));
  expect(errors).toEqual([expect.stringMatching(/can't be written .*batches from here on would come again/)]);
  disk.full = false;
  expect(await stream.setRatio(0.6)).toMatchObject({ rev: 1 });
  await server.close();
  expect(open(folder).found!.changes).toMatchObject([{ rev: 1, value: 0.6 }]);
});

it('brings a server that was started anew to where the one before had been, in every group', async () => {
  const folder = temporaryFolder();
  const options = () => ({ provider: arrayProvider(undefined, 0.4), journal: open(folder) });
  const first = await provide(options());
  const whole = await join(first.at, { mode: 'broadcast', group: 'mine', credit: 1 });
  const shared = await join(first.at, { credit: 4 });
  const wanted = await take(whole, 7);
  await whole.setRatio(0.75);
  wanted.push(...(await take(whole, 5)));
  const state = await whole.state();
  const before = (await take(shared, 6)).map(({ seq }) => seq);
  // Its answer says that what was sent before has arrived.
  await shared.stats();
  await first.server.close();

  const second = await provide(options());
  const again = await join(second.at, { mode: 'broadcast', state });
  expect(again).toMatchObject({ rev: 1, ratio: 0.75 });
  expect((await take(again, 1))[0]).toMatchObject({ seq: 12, rev: 1, ratio: { target: 0.75 } });
  // The sixth was at work and is not acknowledged.
  const rest = await join(second.at, { credit: 4 });
  expect((await take(rest, 2)).map(({ seq }) => seq)).toEqual([before.at(-1), 6]);
  await again.close();
  await vi.waitFor(() => expect(second.server.sessions()).toHaveLength(1));
  const early = await join(second.at, { mode: 'broadcast', state: { ...state, epoch: 0, step: 5 } });
  const repeated = await take(early, 7);
  expect(repeated.map(({ ids, rev, x }) => [ids, rev, x])).toEqual(wanted.slice(5).map(({ ids, rev, x }) => [ids, rev, x]));
});

it('skips what was processed ahead of the others', async () => {
  const folder = temporaryFolder();
  const early = open(folder);
  for (const seq of [0, 1, 3, 5]) early.processed('share', seq);
  early.close();
  const { at } = await provide({ journal: open(folder) });
  const stream = await join(at);
  expect((await take(stream, 4)).map(({ seq }) => seq)).toEqual([2, 4, 6, 7]);
  expect(await stream.setRatio(0.5)).toMatchObject({ rev: 1 });
});
