import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Removes the folder of a setup, and the one above where nothing else is in it; true where there was something. */
export async function removeSetup(folder: string): Promise<boolean> {
  const found = await readdir(folder).then(
    () => true,
    () => false,
  );
  await rm(folder, { recursive: true, force: true });
  if (found) await rmdir(dirname(folder)).catch(() => undefined);
  return found;
}
