import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/core/batch.js';
import type { BatchSource } from '../../src/core/source.js';
import { tapBatches } from '../../src/service/tap-batches.js';

/** A source whose batches are built, or fail, when the test says so. */
function slowSource() {
  const open: { resolve: (batch: Batch) => void; reject: (error: unknown) => void }[] = [];
  const source = {
    next: () => new Promise<Batch>((resolve, reject) => open.push({ resolve, reject })),
    nextSeq: 4,
    rev: 2,
  } as unknown as BatchSource;
  return { source, open };
}

describe('a tapped source', () => {
  it('shows each batch before it is handed on, with a wait that counts no time twice', async () => {
    const { source, open } = slowSource();
    const seen: [number, number][] = [];
    const tapped = tapBatches(source, ({ seq }, waitMs) => seen.push([seq, waitMs]));
    const began = performance.now();
    const both = [tapped.next(), tapped.next()];
    open[0]!.resolve({ seq: 0 } as Batch);
    expect((await both[0]!).seq).toBe(0);
    expect(seen).toHaveLength(1);
    open[1]!.resolve({ seq: 1 } as Batch);
    await both[1];
    expect(seen.map(([seq]) => seq)).toEqual([0, 1]);
    expect(seen.reduce((sum, [, waitMs]) => sum + waitMs, 0)).toBeLessThanOrEqual(performance.now() - began);
  });

  it('passes a failure on, and is the source in everything else', async () => {
    const { source, open } = slowSource();
    const tapped = tapBatches(source, () => {
      throw new Error('must not be called');
    });
    const failing = tapped.next();
    open[0]!.reject(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    expect([tapped.nextSeq, tapped.rev]).toEqual([4, 2]);
  });
});
