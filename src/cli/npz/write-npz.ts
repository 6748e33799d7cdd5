import { encodeNpy, type NpyArray } from './npy.js';
import { writePieces } from './write-pieces.js';
import { type ZipEntry, zipStore } from './zip-store.js';

function* entriesOf(arrays: Readonly<Record<string, NpyArray>>): Generator<ZipEntry> {
  for (const [name, array] of Object.entries(arrays)) yield { name: `${name}.npy`, pieces: encodeNpy(array) };
}

/**
 * Writes named arrays as a NumPy `.npz` file. The file appears under its name only when it is complete.
 *
 * @throws the file system's error, or RangeError above 4 GiB
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  await writePieces(path, zipStore(entriesOf(arrays)));
}
