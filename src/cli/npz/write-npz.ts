import { open, rename, rm } from 'node:fs/promises';
import { encodeNpy, type NpyArray } from './npy.js';
import { zipStore } from './zip-store.js';

/**
 * Writes named arrays as a NumPy `.npz` file. The file appears under its name only when it is complete.
 *
 * @throws the file system's error, or RangeError above 4 GiB
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  const file = await open(draft, 'w');
  try {
    const entries = Object.entries(arrays).map(([name, array]) => ({ name: `${name}.npy`, pieces: encodeNpy(array) }));
    for (const piece of zipStore(entries)) await file.writeFile(piece);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}
