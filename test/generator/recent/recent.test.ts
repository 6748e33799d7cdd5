import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecent, type Recent } from '../../../src/generator/recent/recent.js';

interface Item {
  readonly id: string;
  readonly label: number;
  readonly bytes: number;
}

const recentOf = (maxBytes: number, maxReuse: number): Recent<Item> =>
  createRecent({ maxBytes, maxReuse, sizeOf: ({ bytes }) => bytes });
const item = (id: string, label = 0, bytes = 10): Item => ({ id, label, bytes });
const replays = (recent: Recent<Item>, count: number, label = 0): (string | undefined)[] =>
  Array.from({ length: count }, () => recent.takeReplay(label)?.item.id);

describe('recent cache', () => {
  test('a fresh item is handed out once as fresh, the oldest of its class first', () => {
    const recent = recentOf(1000, 1);
    for (const one of [item('a'), item('b'), item('c', 1)]) recent.add(one);
    expect([recent.fresh(), recent.fresh(0), recent.fresh(2)]).toEqual([3, 2, 0]);
    expect([0, 0, 0, 1, 2].map((label) => recent.takeFresh(label)?.item.id)).toEqual(['a', 'b', undefined, 'c', undefined]);
    expect(recent.fresh()).toBe(0);
  });

  test('only items that were handed out are replayed', () => {
    const recent = recentOf(1000, 1);
    recent.add(item('a'));
    expect(recent.takeReplay(0)).toBeUndefined();
  });

  test('an item is replayed at most maxReuse times, then its memory is free', () => {
    const recent = recentOf(1000, 2);
    recent.add(item('a'));
    recent.takeFresh(0);
    expect(replays(recent, 4)).toEqual(['a', 'a', undefined, undefined]);
    expect(recent.stats).toEqual({ bytes: 0, items: 0, hits: 2, evicted: 0 });
  });

  test('maxReuse 0 keeps nothing that was handed out', () => {
    const recent = recentOf(1000, 0);
    recent.add(item('a'));
    expect(recent.takeFresh(0)?.item.id).toBe('a');
    expect(recent.takeReplay(0)).toBeUndefined();
    expect(recent.stats.items).toBe(0);
  });

  test('the least replayed comes first, in turn', () => {
    const recent = recentOf(1000, 2);
    for (const id of ['a', 'b', 'c']) {
      recent.add(item(id));
      recent.takeFresh(0);
    }
    expect(replays(recent, 7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', undefined]);
  });

  test('none comes twice in a row while there is another, even one that was replayed more often', () => {
    const recent = recentOf(1000, 8);
    recent.add(item('old'));
    recent.takeFresh(0);
    replays(recent, 3);
    recent.add(item('new'));
    recent.takeFresh(0);
    expect(replays(recent, 4)).toEqual(['old', 'new', 'old', 'new']);
  });

  test('room is made by the least recently used replays, and by fresh items only where there are none', () => {
    const recent = recentOf(40, 8);
    for (const id of ['a', 'b', 'c']) recent.add(item(id));
    recent.add(item('x', 1));
    recent.takeFresh(0);
    recent.takeFresh(0);
    replays(recent, 1);
    // a was replayed after b was handed out, so b goes first, though c and x are older in the cache.
    recent.add(item('d'));
    expect(replays(recent, 2)).toEqual(['a', 'a']);
    recent.add(item('e'));
    recent.add(item('f'));
    expect([recent.stats.items, recent.stats.evicted]).toEqual([4, 3]);
    expect([0, 0, 0, 0].map(() => recent.takeFresh(0)?.item.id)).toEqual(['d', 'e', 'f', undefined]);
    expect(recent.takeFresh(1)?.item.id).toBe('x');
  });

  test('an item larger than the whole cache is refused with both sizes', () => {
    expect(() => recentOf(40, 1).add(item('big', 0, 41))).toThrow(/big has 41 bytes, more than the 40 bytes/);
  });

  test('room tells how many fresh ones fit beside the fresh ones there are', () => {
    const recent = recentOf(45, 1);
    expect(recent.room).toBe(Number.POSITIVE_INFINITY);
    recent.add(item('a'));
    expect(recent.room).toBe(3);
    recent.takeFresh(0);
    expect(recent.room).toBe(4);
  });

  test('whatever is added and taken: memory stays bounded, counts true, and no item is used too often', () => {
    const act = fc.record({
      act: fc.constantFrom('add', 'fresh', 'replay'),
      label: fc.nat(2),
      bytes: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), fc.nat(3), (acts, maxReuse) => {
        const recent = recentOf(200, maxReuse);
        const uses = new Map<string, number>();
        const last = new Map<number, string>();
        let made = 0;
        for (const { act, label, bytes } of acts) {
          if (act === 'add') recent.add(item(`i${made++}`, label, bytes));
          const taken = act === 'fresh' ? recent.takeFresh(label) : act === 'replay' ? recent.takeReplay(label) : undefined;
          if (taken) {
            const { id } = taken.item;
            const used = uses.get(id) ?? 0;
            expect(taken.item.label).toBe(label);
            expect(taken.uses).toBe(used + 1);
            expect(used > 0).toBe(act === 'replay');
            expect(used).toBeLessThanOrEqual(maxReuse);
            uses.set(id, used + 1);
            last.set(label, id);
          }
          expect(recent.stats.bytes).toBeLessThanOrEqual(200);
          expect(recent.fresh()).toBe(recent.fresh(0) + recent.fresh(1) + recent.fresh(2));
          expect(recent.fresh()).toBeLessThanOrEqual(recent.stats.items);
          expect(recent.room).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
