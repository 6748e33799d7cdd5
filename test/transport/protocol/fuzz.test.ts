import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mutateFrame } from '../../../scripts/lib/mutate-frames.mjs';
import { TransportError } from '../../../src/core/errors.js';
import { keyedRandom } from '../../../src/core/random.js';
import { decodeClientMessage, decodeServerMessage } from '../../../src/transport/protocol/index.js';
import { provide, raw } from '../support/open.js';

const folder = fileURLToPath(new URL('../../contract/frames/', import.meta.url));
const files = readdirSync(folder);
const frames = files.filter((name) => name.endsWith('.msgpack')).map((name) => readFileSync(folder + name));
const payloads = files.filter((name) => name.endsWith('.bin')).map((name) => readFileSync(folder + name));

it.each([
  ['server', (frame: Buffer) => decodeClientMessage(frame)],
  ['client', (frame: Buffer) => decodeServerMessage([frame, ...payloads.slice(0, 4)])],
] as const)('10^4 mutated headers at the %s are read or refused, and nothing else happens', (name, decode) => {
  const random = keyedRandom('fuzz', 7, name);
  const counts = { read: 0, refused: 0 };
  for (let i = 0; i < 10_000; i++) {
    const frame: Buffer = mutateFrame(random, frames);
    try {
      decode(frame);
      counts.read++;
    } catch (error) {
      if (!(error instanceof TransportError) || error.code !== 'PROTOCOL_MESSAGE')
        throw new Error(`header ${i} (${frame.toString('hex')}) threw ${error}`);
      counts.refused++;
    }
  }
  // Both kinds are there, or the mutations would test nothing.
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(100);
});

it('a running server lives through mutated messages, sends their sender away, and serves the others', async () => {
  const { at, server } = await provide();
  const random = keyedRandom('fuzz', 8);
  const [bad, good] = [raw(at), raw(at)];
  await bad.hello({ mode: 'share' });
  await good.hello();
  const hellos = frames.filter((_, i) => !files.filter((name) => name.endsWith('.msgpack'))[i]!.startsWith('bye'));
  for (let i = 0; i < 2000; i++) await bad.bytes(mutateFrame(random, hellos));
  await bad.say({ k: 'BYE', reason: 'done' });
  await good.say({ k: 'CREDIT', n: 1 });
  expect(await good.until('BATCH')).toMatchObject({ k: 'BATCH' });
  expect(server.stats()['server.badMessages']).toBeGreaterThan(100);
});
