import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, paired } from '../../bench/harness/paired.js';

const row = { name: 'row', unit: 's', better: 'lower' } as const;

describe('paired', () => {
  it('gives medians of both sides and the median of the ratios of the pairs', async () => {
    const ours = [99, 2, 4, 8, 6, 10];
    const baseline = [99, 1, 4, 2, 3, 100];
    const result = await paired({ ...row, bar: 1.5, ours: () => ours.shift()!, baseline: () => baseline.shift()! });
    expect(result).toEqual({ ...row, bar: 1.5, value: 6, baseline: 3, ratio: 2 });
  });

  it('lets the sides take turns, a different one first in each pair, after a warm-up of both', async () => {
    const order: string[] = [];
    const side = (name: string) => () => order.push(name);
    await paired({ ...row, turns: 5, warmUps: 1, ours: side('o'), baseline: side('b') });
    expect(order.join('')).toBe('ob' + 'bo' + 'ob' + 'bo' + 'ob' + 'bo');
  });

  it('waits for asynchronous turns one at a time', async () => {
    let running = 0;
    const turn = async (): Promise<number> => {
      running++;
      await new Promise((resolve) => setImmediate(resolve));
      const together = running--;
      return together;
    };
    const result = await paired({ ...row, ours: turn, baseline: turn });
    expect(result).toMatchObject({ value: 1, baseline: 1 });
  });

  it('refuses fewer than five turns', async () => {
    await expect(paired({ ...row, turns: 4, ours: () => 1, baseline: () => 1 })).rejects.toThrow(/5 turns or more, got 4/);
  });

  it('keeps the ratio where the machine grows nine times slower half-way', async () => {
    let pair = 0;
    const slowness = (): number => (Math.floor(pair++ / 2) < 3 ? 1 : 9);
    const result = await paired({ ...row, warmUps: 0, turns: 6, ours: () => slowness(), baseline: () => 2 * slowness() });
    expect(result).toMatchObject({ value: 5, baseline: 10, ratio: 0.5 });
  });
});

describe('median', () => {
  it('has as many values below it as above', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('leaves its argument alone', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});
