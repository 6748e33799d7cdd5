import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/core/logger.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { NamedArray, Tensors } from '../../../src/engine/engine.js';
import { createGraphCache, graphCacheFolder } from '../../../src/engine/onnx/graph-cache.js';
import { graphKey } from '../../../src/engine/onnx/graph-key.js';
import { createOnnxEngine } from '../../../src/engine/onnx/onnx-engine.js';
import { traceBatched } from '../../../src/engine/onnx/trace-batched.js';
import { tf } from '../../../src/engine/tfjs.js';
import { adamWStep, firstFeeds, STEP_INPUTS } from '../transformer.js';

let root: string;
let folder: string;
let said: string[];
const logger: Logger = { ...silentLogger, debug: (message, fields) => void said.push(`${message} ${JSON.stringify(fields)}`) };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'skelmix-cache-'));
  folder = join(root, 'a', 'graphs');
  said = [];
});
afterEach(() => rmSync(root, { recursive: true }));

/** Compiles and runs a graph that is large enough to be kept. */
async function outcome(cacheFolder: string | undefined): Promise<Record<string, Float32Array>> {
  const engine = await createOnnxEngine({ threads: 1, cacheFolder, logger });
  try {
    return await (await engine.compile(adamWStep, STEP_INPUTS)).run(firstFeeds());
  } finally {
    await engine.close();
  }
}

const entries = (): string[] => readdirSync(folder);
const entryPath = (): string => join(folder, entries()[0]!);

describe('the cache of compiled graphs', () => {
  it('keeps one entry for a graph, which gives the same bits', async () => {
    const without = await outcome(undefined);
    expect(await outcome(folder)).toEqual(without);
    expect(entries()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const { ino } = statSync(entryPath());
    expect(await outcome(folder)).toEqual(without);
    expect(entries()).toHaveLength(1);
    expect(statSync(entryPath()).ino, 'it was read, not written again').toBe(ino);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 7)],
    ['changed in one bit', (bytes) => Buffer.from(bytes).fill(bytes[500]! ^ 1, 500, 501)],
    ['empty', () => Buffer.alloc(0)],
    ['of another program', () => Buffer.from('something else entirely, and long enough to be an entry of the cache')],
  ])('deletes and rebuilds an entry that is %s', async (_, spoil) => {
    const expected = await outcome(folder);
    const good = readFileSync(entryPath());
    writeFileSync(entryPath(), spoil(good));
    expect(await outcome(folder)).toEqual(expected);
    expect(said.join('\n')).toMatch(/a cached graph is dropped .*damaged/);
    expect(readFileSync(entryPath())).toEqual(good);
  });

  it('rebuilds an entry that is whole but no graph', async () => {
    const expected = await outcome(folder);
    const [key] = entries();
    const cache = createGraphCache({ folder });
    const file = (await cache.reserve())!;
    writeFileSync(file, 'no graph');
    await cache.adopt(key!, file);
    expect(await cache.read(key!)).toEqual(Buffer.from('no graph'));
    expect(await outcome(folder)).toEqual(expected);
    expect((await cache.read(key!))!.length).toBeGreaterThan(1000);
  });

  it('is done without where the folder can be neither made nor written', async () => {
    mkdirSync(join(root, 'a'));
    writeFileSync(folder, 'a file in its place');
    const expected = await outcome(undefined);
    expect(await outcome(folder)).toEqual(expected);
    expect(said.join('\n')).toMatch(/not cached/);
    expect(readFileSync(folder, 'utf8')).toBe('a file in its place');
  });

  it('is done without where an entry can be neither read nor replaced', async () => {
    const expected = await outcome(folder);
    const path = entryPath();
    rmSync(path);
    mkdirSync(join(path, 'full'), { recursive: true });
    expect(await outcome(folder)).toEqual(expected);
  });

  it('drops those not used for longest, and what others left unfinished', async () => {
    const cache = createGraphCache({ folder, maxBytes: 2500 });
    const put = async (digit: string): Promise<void> => {
      const file = (await cache.reserve())!;
      writeFileSync(file, Buffer.alloc(1000, digit));
      await cache.adopt(digit.repeat(64), file);
    };
    const age = (name: string, seconds: number): void => {
      const at = Date.now() / 1000 - seconds;
      utimesSync(join(folder, name), at, at);
    };
    await put('a');
    await put('b');
    age('a'.repeat(64), 200);
    age('b'.repeat(64), 100);
    expect(await cache.read('a'.repeat(64)), 'it is used again').toEqual(Buffer.alloc(1000, 'a'));
    writeFileSync(join(folder, 'old.part'), '');
    age('old.part', 7200);
    writeFileSync(join(folder, 'new.part'), '');
    writeFileSync(join(folder, 'note.txt'), "somebody's own");
    await put('c');
    expect(entries().sort()).toEqual(['a'.repeat(64), 'c'.repeat(64), 'new.part', 'note.txt']);
  });

  it('lies in the cache folder of the user', () => {
    expect(graphCacheFolder({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'skelmix', 'graphs'));
    expect(graphCacheFolder({})).toMatch(/\.cache.skelmix.graphs$/);
  });
});

describe('the key of a graph', () => {
  const w = (...data: number[]): NamedArray => ({ shape: [2, 2], data: Float32Array.from(data) });
  const product = ({ x, w }: Tensors): Tensors => ({ y: tf.matMul(x!, w!) });
  const base = { name: 'f', fn: product, inputs: { x: ['B', 2] as const }, constants: { w: w(1, 2, 3, 4) } };
  const parts = { version: '1', provider: 'cpu' };
  const keyOf = (change: Partial<typeof base> | object = {}, more: Partial<typeof parts> = {}): string =>
    graphKey(traceBatched({ ...base, ...change }), { ...parts, ...more });

  it('is the same for the same function, under any name', () => {
    expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf({ name: 'g', fn: (tensors: Tensors) => product(tensors) })).toBe(keyOf());
  });

  it('differs where nodes, shapes, weights, version or provider differ', () => {
    const keys = [
      keyOf(),
      keyOf({ fn: ({ x, w }: Tensors) => ({ y: tf.matMul(x!, w!, false, true) }) }),
      keyOf({ inputs: { x: [3, 2] } }),
      keyOf({ constants: { w: w(1, 2, 3, 5) } }),
      keyOf({}, { version: '2' }),
      keyOf({}, { provider: 'cuda' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});
