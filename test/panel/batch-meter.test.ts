import { describe, expect, it } from 'vitest';
import { createBatchMeter } from '../../src/panel/index.js';

const batch = (y: number[], origin: number[]) => ({ y: Int32Array.from(y), origin: Uint8Array.from(origin) });

describe('a batch meter', () => {
  it('counts real, and fresh with replayed, by class', () => {
    const meter = createBatchMeter(3);
    meter.record(batch([0, 1, 1, 2], [0, 0, 1, 2]), 1);
    meter.record(batch([0, 1], [0, 1]), 1);
    expect(meter.classes).toEqual({ real: [2, 1, 0], synthetic: [0, 2, 1] });
  });

  it('leaves out a class that it does not know', () => {
    const meter = createBatchMeter(1);
    meter.record(batch([0, 5], [0, 0]), 1);
    expect(meter.classes).toEqual({ real: [1], synthetic: [0] });
  });

  it('gives the waits since the last call, and tells each to who listens', () => {
    const meter = createBatchMeter(1);
    const heard: number[] = [];
    const stop = meter.onWait((wait) => heard.push(wait));
    for (const wait of [3, 1, 2]) meter.record(batch([], []), wait);
    expect([...meter.takeWaits()]).toEqual([3, 1, 2]);
    expect([...meter.takeWaits()]).toEqual([]);
    stop();
    meter.record(batch([], []), 9);
    expect(heard).toEqual([3, 1, 2]);
    expect([...meter.takeWaits()]).toEqual([9]);
  });

  it('keeps 1024 waits at most, from all over the step', () => {
    const meter = createBatchMeter(1);
    for (let k = 0; k < 10_000; k++) meter.record(batch([], []), k);
    const waits = [...meter.takeWaits()].sort((a, b) => a - b);
    expect(waits.length).toBeGreaterThan(500);
    expect(waits.length).toBeLessThanOrEqual(1024);
    const median = waits[Math.floor(waits.length / 2)]!;
    expect(Math.abs(median - 5000)).toBeLessThan(600);
    meter.record(batch([], []), 1);
    meter.record(batch([], []), 2);
    expect([...meter.takeWaits()]).toEqual([1, 2]);
  });
});
