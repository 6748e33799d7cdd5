import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paired } from './paired.js';
import type { BenchOptions, Row } from './row.js';

/** The number that a child process prints. */
function figureOf(nodeOptions: readonly string[], file: string, ...args: readonly string[]): number {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return Number(execFileSync(process.execPath, [...nodeOptions, path, ...args], { encoding: 'utf8' }));
}

/** What a generator's process costs: its start with and without compiled graphs on disk, and its memory over many batches. */
export async function processRows(folder: string, threads: number, { quick, log }: BenchOptions): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'skelmix-bench-'));
  const rows: Row[] = [];
  try {
    const start = (cache: string, steps: number): number =>
      figureOf([], './first-batch-child.js', folder, join(root, cache), String(steps), String(threads));
    let colds = 0;
    for (const steps of quick ? [1] : [1, 16]) {
      log(`processes up to their first batch, ${steps} steps ...`);
      start('warm', steps);
      rows.push(
        await paired({
          name: `start to first guided batch of 16, ${steps} steps, warm cache: against a cold cache`,
          unit: 'ms',
          better: 'lower',
          ours: () => start('warm', steps),
          baseline: () => start(`cold-${colds++}`, steps),
        }),
      );
    }
    const batches = quick ? 100 : 500;
    log(`memory over ${batches} guided batches ...`);
    rows.push({
      name: `memory growth over ${batches} guided batches`,
      value: figureOf(['--expose-gc'], './memory-growth-child.js', folder, String(batches)),
      unit: 'MB',
      baseline: null,
      ratio: null,
      better: 'lower',
      bar: 20,
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return rows;
}
