import { expect, test } from 'vitest';
import type { ClipGenerator } from '../../../src/generator/clip-generator.js';
import type { GeneratedClip } from '../../../src/generator/gate/clip-quality.js';
import type { ModelManifest } from '../../../src/generator/model/manifest.js';
import { createExactSource } from '../../../src/generator/recent/index.js';

const STRIDE = 2 ** 40;
const never = new AbortController().signal;

/** A generator whose clips are named after their index and class, and the calls that it got. */
function named() {
  const calls: (readonly number[])[] = [];
  const generator: ClipGenerator = {
    manifest: {} as ModelManifest,
    groupSize: 4,
    async generate(labels, indices, signal) {
      signal?.throwIfAborted();
      calls.push(indices as readonly number[]);
      return labels.map((label, i) => ({ id: `${(indices as readonly number[])[i]}/${label}`, label }) as GeneratedClip);
    },
    close: async () => {},
  };
  return { generator, calls };
}

const toSample = ({ id, label }: { id: string; label: number }) => ({ id, label, origin: 'synthetic' }) as never;
const elements = [
  { index: 7, label: 1 },
  { index: 9, label: 0 },
  { index: 12, label: 1 },
];

test('element k gets clip k, elements that are read together are made together', async () => {
  const { generator, calls } = named();
  const source = createExactSource({ generator, toSample });
  const samples = await source.read(elements, never);
  expect(samples.map(({ id }) => id)).toEqual(['7/1', '9/0', '12/1']);
  expect(calls).toEqual([[7, 9, 12]]);
  expect(await source.read(elements, never)).toEqual(samples);
  expect(source.stats()).toMatchObject({ 'generator.clips': 6, 'generator.rejected': 0, 'generator.busy': false });
});

test('a clip that the gate rejects is tried again under an index of its own, and the last attempt stands', async () => {
  const { generator, calls } = named();
  const good = (id: string): boolean => !id.startsWith('9/') && !id.startsWith(`${9 + STRIDE}/`);
  const source = createExactSource({ generator, toSample, gate: { meets: ({ id }) => good(id) } });
  expect((await source.read(elements, never)).map(({ id }) => id)).toEqual(['7/1', `${9 + 2 * STRIDE}/0`, '12/1']);
  expect(calls.slice(1)).toEqual([[9 + STRIDE], [9 + 2 * STRIDE]]);
  const stubborn = createExactSource({ generator, toSample, gate: { meets: () => false } });
  expect((await stubborn.read([{ index: 3, label: 2 }], never)).map(({ id }) => id)).toEqual([`${3 + 20 * STRIDE}/2`]);
});

test('a read ends with the signal, or with CLOSED', async () => {
  const { generator } = named();
  const source = createExactSource({ generator, toSample });
  const reason = new Error('enough');
  await expect(source.read(elements, AbortSignal.abort(reason))).rejects.toBe(reason);
  source.close();
  await expect(source.read(elements, never)).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(source.waitFor(0, never)).rejects.toMatchObject({ code: 'CLOSED' });
  expect([source.takeFresh(0), source.takeReplay(0)]).toEqual([undefined, undefined]);
});
