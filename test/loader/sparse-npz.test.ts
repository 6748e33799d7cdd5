import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { keyedRandom } from '../../src/core/random.js';
import { writeSparseNpz } from './support/sparse-npz.js';

const CLIPS = 56_000;
const READER = fileURLToPath(new URL('./support/read-sparse-npz.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skelmix-sparse-'));
const path = join(folder, 'NTU60_CS.npz');
afterAll(() => rmSync(folder, { recursive: true }));

const random = keyedRandom('sparse', 1);
const numbers = [0, CLIPS - 1, ...Array.from({ length: 500 }, () => random.int(CLIPS))];

/** Bytes on the disk, or undefined where the disk can't hold such a file. */
function write(): number | undefined {
  try {
    return writeSparseNpz(path, CLIPS, numbers);
  } catch {
    return undefined;
  }
}
const bytes = write();
const holes = bytes !== undefined && bytes < 500e6;

it.skipIf(!holes)('10 GB of clips are read at random within 300 MB of memory (needs a disk with sparse files)', () => {
  const found = JSON.parse(execFileSync(process.execPath, [READER, path, JSON.stringify(numbers)], { encoding: 'utf8' }));
  expect(found).toMatchObject({ clips: CLIPS, right: true });
  expect(found.rssBytes).toBeLessThan(300e6);
  if (process.env.SKELMIX_TEST_FIGURES) process.stdout.write(`sparse npz: ${JSON.stringify(found)}\n`);
});
