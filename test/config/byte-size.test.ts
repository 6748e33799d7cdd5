import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from '../../src/config/index.js';

it.each([
  ['256MB', 256e6],
  ['1GiB', 2 ** 30],
  [' 1.5 kb ', 1500],
  ['4096', 4096],
  ['0', 0],
])('reads %j as %d bytes', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));

it.each(['', 'MB', '-1MB', '1 parsec', '1e9', '0x10', 'constructor'])('reads no size in %j', (text) =>
  expect(parseByteSize(text)).toBeUndefined(),
);

it('reads back every size it writes', () => {
  fc.assert(
    fc.property(fc.nat(), (bytes) => {
      expect(parseByteSize(formatByteSize(bytes))).toBe(bytes);
    }),
  );
});
