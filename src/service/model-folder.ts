import { access, readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLED = fileURLToPath(new URL('../../models/', import.meta.url));

/** Names of the models that come with skelmix. */
export async function bundledModels(): Promise<string[]> {
  const entries = await readdir(BUNDLED, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Folder of a model, given by path or by the name of a bundled one. A plain name that is a folder here is that folder; a name
 * of neither comes back as a path, for `readManifest` to refuse.
 */
export async function modelFolder(nameOrPath: string): Promise<string> {
  const isPath = isAbsolute(nameOrPath) || /[\\/]/.test(nameOrPath) || nameOrPath.startsWith('.');
  if (isPath || (await exists(join(nameOrPath, 'manifest.json')))) return nameOrPath;
  return (await bundledModels()).includes(nameOrPath) ? join(BUNDLED, nameOrPath) : nameOrPath;
}
