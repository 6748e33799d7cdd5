import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { writeMatV5 } from './mat-writer.js';

/** Bytes of a recording as UTD-MHAD stores it: value(j, c, t) says where it stands, or what `value` gives. */
export function recording(frames: number, value = (j: number, c: number, t: number) => j + c / 10 + t * 100): Uint8Array {
  const values: number[] = [];
  for (let t = 0; t < frames; t++) for (let c = 0; c < 3; c++) for (let j = 0; j < 20; j++) values.push(value(j, c, t));
  return writeMatV5([{ name: 'd_skel', dims: [20, 3, frames], values }], { compress: true });
}

/** A temporary folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'skelmix-loader-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A folder with a recording for each name (`a1_s1_t1`), of 5 frames or as many as given; gone after the test. */
export async function recordingsFolder(
  names: Readonly<Record<string, number | Uint8Array>> | readonly string[],
): Promise<string> {
  const path = await temporaryFolder();
  const entries = Array.isArray(names) ? names.map((name) => [name, 5] as const) : Object.entries(names);
  for (const [name, content] of entries)
    await writeFile(join(path, `${name}_skeleton.mat`), typeof content === 'number' ? recording(content) : content);
  return path;
}
