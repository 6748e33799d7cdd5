import fc from 'fast-check';
import { expect } from 'vitest';
import type { Clip } from '../../../src/core/clip.js';
import { DataError } from '../../../src/core/errors.js';

type Blow =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'drop'; readonly at: number; readonly count: number }
  | { readonly kind: 'digits'; readonly at: number };

const anyBlow: fc.Arbitrary<Blow> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bit: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    // Counts that are far too large, negative or zero, and anything.
    bytes: fc.oneof(fc.constantFrom(...hugeCounts()), fc.uint8Array({ minLength: 1, maxLength: 8 })),
  }),
  fc.record({
    kind: fc.constant('drop' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ kind: fc.constant('digits' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

function hugeCounts(): Uint8Array[] {
  return [
    [0xff, 0xff, 0xff, 0xff],
    [0xff, 0xff, 0xff, 0x7f],
    [0, 0, 0, 0x80],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    [0, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 0, 0, 0],
  ].map((bytes) => Uint8Array.from(bytes));
}

function strike(bytes: Uint8Array, blow: Blow): Uint8Array {
  const at = Math.floor(blow.at * bytes.length);
  switch (blow.kind) {
    case 'cut':
      return bytes.slice(0, at);
    case 'drop':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + blow.count)]);
    case 'digits':
      return Buffer.concat([bytes.subarray(0, at), Buffer.from('99999999999'), bytes.subarray(at)]);
    default: {
      const struck = bytes.slice();
      if (blow.kind === 'set') struck.set(blow.bytes.subarray(0, Math.max(0, struck.length - at)), at);
      else if (at < struck.length) struck[at]! ^= 1 << blow.bit;
      return struck;
    }
  }
}

/** Keys of an error's details that tell where in the file the fault is. */
const PLACES = ['byteOffset', 'line', 'place', 'frame', 'clip'];

/**
 * Checks that a reader ends well whatever happens to its input: a valid file is cut, bits are turned, counts made huge, bytes
 * lost. The reader must give clips that hold together, or throw a DataError that says where.
 *
 * @param valid a file that the reader takes
 * @param read returns the clips, and reads what it reads lazily
 */
export function survivesDamage(valid: Uint8Array, read: (bytes: Uint8Array) => readonly Clip[], numRuns = 300): void {
  expect(read(valid).length).toBeGreaterThan(0);
  endsWell(
    valid,
    (damaged) => {
      for (const { keypoint, shape } of read(damaged)) {
        expect(keypoint.length).toBe(shape.M * shape.T * shape.V * shape.C);
        expect(keypoint.every(Number.isFinite)).toBe(true);
      }
    },
    numRuns,
  );
}

/** The same for a reader of anything: it must end, or throw a DataError that says where. */
export function endsWell(valid: Uint8Array, read: (bytes: Uint8Array) => unknown, numRuns = 300): void {
  read(valid);
  fc.assert(
    fc.property(fc.array(anyBlow, { minLength: 1, maxLength: 3 }), (blows) => {
      const damaged = blows.reduce(strike, valid);
      try {
        read(damaged);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        if (!error.code.startsWith('FORMAT_')) return;
        const told = PLACES.some((key) => key in error.details);
        expect(told, `no place in: ${error.message}`).toBe(true);
      }
    }),
    { numRuns },
  );
}
