import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file in `test/loader/formats/fixtures`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../formats/fixtures/${name}`, import.meta.url));
}

/** Its bytes. */
export function fixture(name: string): Uint8Array {
  return readFileSync(fixturePath(name));
}

/** What the arrays of `make-arrays.py` hold: value of clip n, frame t, person m, joint v, coordinate c. */
export function bodyValue(n: number, t: number, m: number, v: number, c: number): number {
  return n + t / 8 + m * 100 + v * 1000 + c / 4 + 1;
}
