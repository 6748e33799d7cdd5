import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cycle, createOrder } from '../../src/loader/order.js';

const places = (size: number, seed: number, from: number, count: number, cycle: Cycle = 'main'): number[] => {
  const order = createOrder(size, seed);
  return Array.from({ length: count }, (_, i) => order.clipAt(cycle, from + i));
};

describe('the order of clips', () => {
  it('has each clip once before any comes twice, round after round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(9), (size, seed, round) => {
        const clips = places(size, seed, size * round, size);
        expect([...clips].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
    );
  });

  it('is the same for a place whatever was asked for before', () => {
    const order = createOrder(13, 5);
    const straight = places(13, 5, 0, 400);
    const backwards = straight.map((_, i) => order.clipAt('main', 399 - i)).reverse();
    expect(backwards).toEqual(straight);
  });

  it('differs between rounds, seeds and cycles', () => {
    const first = places(50, 1, 0, 50);
    expect(places(50, 1, 50, 50)).not.toEqual(first);
    expect(places(50, 2, 0, 50)).not.toEqual(first);
    expect(places(50, 1, 0, 50, 'substitute')).not.toEqual(first);
  });

  it('puts every clip at every place about equally often', () => {
    const counts = new Array(4).fill(0);
    for (let seed = 0; seed < 2000; seed++) counts[createOrder(4, seed).clipAt('main', 0)]++;
    // Four standard deviations of a binomial with 2000 draws and a quarter.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(78);
  });

  it('stays what it was in earlier versions', () => {
    expect(places(8, 7, 0, 16)).toMatchSnapshot();
  });
});
