import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findJsonError } from '../../../src/loader/formats/find-json-error.js';

it.each([
  ['', 0],
  ['{"a": 1,}', 8],
  ['[1, 2', 5],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['"abc', 4],
  ['"a\\q"', 2],
  ['tru', 0],
  ['[01]', 2],
  ['{} x', 3],
  ['{a: 1}', 1],
  ['[nan]', 1],
])('of %s is at %i', (text, at) => {
  expect(findJsonError(text)).toBe(at);
});

it('reads past everything that is JSON, and finds a fault that is put in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, place) => {
      const text = JSON.stringify(value, null, 1);
      expect(findJsonError(text)).toBe(text.length);
      const at = place % (text.length + 1);
      // No JSON value holds this character outside of a string, where it is forbidden too.
      expect(findJsonError(`${text.slice(0, at)}\u0001${text.slice(at)}`)).toBeLessThanOrEqual(at);
    }),
  );
});

it('does not run out of stack on deep nesting', () => {
  expect(findJsonError('['.repeat(200_000))).toBe(200_000);
});
