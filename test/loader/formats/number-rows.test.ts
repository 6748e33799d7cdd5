import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberRows, textLines } from '../../../src/loader/formats/number-rows.js';

const rows = (text: string, columns: number, keep?: (first: number) => boolean) =>
  [...numberRows(Buffer.from(text), columns, 'x.txt', keep)].map(({ line, values }) => [line, ...values]);

describe('rows of numbers', () => {
  it('come with their lines, blank ones left out', () => {
    expect(rows('\n1 2\r\n\r\n 3\t-4e1 \n', 2)).toEqual([
      [2, 1, 2],
      [4, 3, -40],
    ]);
    expect(rows('1,2;3\n', 3)).toEqual([[1, 1, 2, 3]]);
    expect(rows('1 , 2', 2)).toEqual([[1, 1, 2]]);
  });

  it('may hold what Python writes for values that are not finite', () => {
    expect(rows('nan inf -Infinity', 3)[0]).toEqual([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it('come back whatever numbers were written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double({ noNaN: true }), { minLength: 3, maxLength: 3 })), (table) => {
        const text = table.map((row) => row.join(' ').replaceAll('Infinity', 'inf')).join('\n');
        expect(rows(text, 3).map((row) => row.slice(1))).toEqual(table.map((row) => row.map((value) => value + 0)));
      }),
    );
  });

  it('that nobody wants are passed over with no look at the rest', () => {
    expect(rows('1 2\n5 what is this\n3 4', 2, (first) => first < 4)).toEqual([
      [1, 1, 2],
      [3, 3, 4],
    ]);
    expect(() => rows('what 1', 2, () => false)).toThrow(/line 1: expected a number in column 1, got "what"/);
  });

  it.each([
    ['1 2 3', 'got more'],
    ['1', 'got 1; the file is cut short'],
    ['1 0x10', 'column 2, got "0x10"'],
    ['1 --2', 'got "--2"'],
  ])('%j is refused where two numbers should be', (text, words) => {
    expect(() => rows(text, 2)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(words), details: expect.objectContaining({ line: 1 }) }),
    );
  });
});

it('lines end at line feeds, the last one at the end; one without an end is cut', () => {
  expect([...textLines(Buffer.from('a\r\nb\n\nc'))]).toEqual(['a', 'b', '', 'c']);
  expect([...textLines(Buffer.alloc(3_000_000, 'x'))].map(({ length }) => length)).toEqual([1 << 20]);
});
