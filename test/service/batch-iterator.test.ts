import { describe, expect, it, vi } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import type { BatchSource } from '../../src/core/source.js';
import { batchIterator, LOOP_ENDED } from '../../src/service/batch-iterator.js';

/** A source of numbered batches; those from `failsAt` on fail, those from `waitsAt` on never come. */
function numbered({ failsAt = Infinity, waitsAt = Infinity } = {}) {
  let asked = 0;
  const next = vi.fn((signal?: AbortSignal): Promise<Batch> => {
    const seq = asked++;
    if (seq >= waitsAt)
      return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason), { once: true }));
    return seq >= failsAt ? Promise.reject(new Error(`batch ${seq} failed`)) : Promise.resolve({ seq } as Batch);
  });
  return { next, source: { next } as unknown as BatchSource };
}

function open(source: BatchSource, ahead: number) {
  const stop = new AbortController();
  const close = vi.fn(async () => stop.abort(LOOP_ENDED));
  return { stop, close, iterator: batchIterator(source, { ahead, stop: stop.signal, close }) };
}

describe('batchIterator', () => {
  it.each([0, 1, 3])('hands batches out in order and asks for %d in advance', async (ahead) => {
    const { source, next } = numbered();
    const { iterator } = open(source, ahead);
    expect(next).not.toHaveBeenCalled();
    for (let k = 0; k < 5; k++) {
      expect((await iterator.next()).value?.seq).toBe(k);
      expect(next).toHaveBeenCalledTimes(k + 1 + ahead);
    }
  });

  it('answers overlapping calls in the order of the calls', async () => {
    const { iterator } = open(numbered().source, 1);
    const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    expect(results.map(({ value }) => value?.seq)).toEqual([0, 1, 2]);
  });

  it('closes when the loop is left, and is done from then on', async () => {
    const { iterator, close } = open(numbered().source, 1);
    for await (const batch of iterator) if (batch.seq === 2) break;
    expect(close).toHaveBeenCalledTimes(1);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a waiting call cleanly when it is closed from outside', async () => {
    const { iterator, stop } = open(numbered({ waitsAt: 0 }).source, 1);
    const waiting = iterator.next();
    stop.abort(LOOP_ENDED);
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('throws the reason of any other abort, now and later', async () => {
    const { iterator, stop } = open(numbered({ waitsAt: 0 }).source, 1);
    const waiting = iterator.next();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(iterator.next()).rejects.toThrow('enough');
  });

  it('passes an error on, after it closed', async () => {
    const { iterator, close } = open(numbered({ failsAt: 1 }).source, 2);
    await iterator.next();
    await expect(iterator.next()).rejects.toThrow('batch 1 failed');
    expect(close).toHaveBeenCalledTimes(1);
  });
});
