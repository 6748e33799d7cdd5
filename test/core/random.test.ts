import { describe, expect, it } from 'vitest';
import { hashKey, keyedRandom } from '../../src/core/random.js';

describe('keyedRandom', () => {
  it('gives the same stream for the same key', () => {
    const a = keyedRandom(7, 'clip', 3);
    const b = keyedRandom(7, 'clip', 3);
    expect(Array.from({ length: 50 }, () => a.uniform())).toEqual(Array.from({ length: 50 }, () => b.uniform()));
  });

  it('gives the values recorded from the first release, so that old ids stay reproducible', () => {
    const random = keyedRandom(7, 'clip', 3);
    expect([random.uniform(), random.uniform(), random.normal(), random.int(1000)]).toMatchSnapshot();
    expect(hashKey('utd-mhad', 1, 0.25)).toMatchSnapshot();
  });

  it('tells apart keys that differ in one part, its type, its fraction or its order', () => {
    const first = (...key: (string | number)[]) => keyedRandom(...key).uniform();
    const keys = [[1], [2], ['1'], [1, 2], [2, 1], [12], ['a', 'b'], ['ab'], [0.5], [0.25], [2 ** 40], [2 ** 41], [-1], []];
    const values = keys.map((key) => first(...key));
    expect(new Set(values).size).toBe(keys.length);
  });

  it('draws uniforms with the mean and variance of a uniform distribution', () => {
    const random = keyedRandom('moments');
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const value = random.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      sum += value;
      squares += value * value;
    }
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(squares / n - (sum / n) ** 2).toBeCloseTo(1 / 12, 2);
  });

  it('draws normals with mean 0, variance 1 and no correlation of neighbours', () => {
    const values = keyedRandom('normal').fillNormal(new Float32Array(100_000));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const neighbours = values.reduce((sum, value, i) => (i === 0 ? 0 : sum + value * values[i - 1]!), 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(Math.abs(neighbours)).toBeLessThan(0.015);
  });

  it('gives neighbouring keys streams that are not correlated', () => {
    let product = 0;
    const n = 20_000;
    for (let i = 0; i < n; i++) product += keyedRandom(0, i).normal() * keyedRandom(0, i + 1).normal();
    expect(Math.abs(product / n)).toBeLessThan(0.03);
  });

  it('shuffles every order about equally often, in place', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const items = [0, 1, 2];
      expect(keyedRandom('shuffle', i).shuffle(items)).toBe(items);
      counts.set(items.join(), (counts.get(items.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
