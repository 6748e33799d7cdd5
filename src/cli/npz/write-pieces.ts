import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes pieces one after the other into a file, which appears under its name only when it is complete.
 *
 * @throws the file system's error, or what making the pieces throws; nothing is left behind then
 */
export async function writePieces(path: string, pieces: Iterable<Buffer>): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  const file = await open(draft, 'w');
  try {
    for (const piece of pieces) await file.writeFile(piece);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}
