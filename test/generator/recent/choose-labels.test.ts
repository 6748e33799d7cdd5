import { expect, test } from 'vitest';
import { chooseLabels } from '../../../src/generator/recent/choose-labels.js';

interface Case {
  readonly fresh?: readonly number[];
  readonly waiting?: readonly number[];
  readonly shares?: readonly number[];
  readonly groupSize?: number;
  readonly freshTarget?: number;
  readonly room?: number;
}

const choose = ({ fresh = [0, 0, 0], waiting = [0, 0, 0], shares = [1 / 3, 1 / 3, 1 / 3], ...rest }: Case): number[] =>
  chooseLabels({
    groupSize: 4,
    freshTarget: 8,
    room: Number.POSITIVE_INFINITY,
    ...rest,
    shares,
    fresh: (label) => fresh[label]!,
    waiting: (label) => waiting[label]!,
  });

test.each<[string, Case, number[]]>([
  ['an empty cache is filled in turn', {}, [0, 1, 2, 0]],
  ['classes with the fewest fresh ones come first', { fresh: [2, 0, 1] }, [1, 1, 2, 0]],
  ['fresh ones follow the shares', { shares: [0.75, 0.25, 0] }, [0, 0, 1, 0]],
  ['a full cache asks for nothing', { fresh: [3, 3, 2] }, []],
  ['nor one that has no room for a whole group below the target', { fresh: [2, 2, 1] }, []],
  ['a target below a group is filled once it is empty', { freshTarget: 2 }, [0, 1]],
  ['and not before', { freshTarget: 2, fresh: [1, 0, 0] }, []],
  ['classes that are waited for come first, one after the other', { waiting: [0, 3, 1] }, [1, 2, 1, 1]],
  ['the rest of their group is filled by deficit', { waiting: [0, 0, 1] }, [2, 0, 1, 0]],
  ['who waits is served though the cache is full, and nothing else is made', { fresh: [4, 4, 0], waiting: [0, 0, 1] }, [2]],
  ['a class that is waited for and there is not made again', { fresh: [4, 3, 1], waiting: [0, 0, 1] }, []],
  ['a class of share 0 is made if somebody waits for it', { shares: [1, 0, 0], waiting: [0, 1, 0] }, [1, 0, 0, 0]],
  ['more waiters than a group are served over several', { waiting: [9, 9, 9] }, [0, 1, 2, 0]],
  ['what lies there of a class that is no longer taken is no stock', { shares: [0.5, 0.5, 0], fresh: [0, 0, 8] }, [0, 1, 0, 1]],
  ['memory bounds a group', { room: 2 }, [0, 1]],
  ['but who waits gets at least one', { room: 0, fresh: [3, 0, 0], waiting: [0, 1, 1] }, [1]],
])('%s', (_what, given, expected) => {
  expect(choose(given)).toEqual(expected);
});
