import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folder of a real data set for tests, `$SKELMIX_DATA/NAME` or `../shared/data/NAME` beside the repository, or undefined where
 * there is none: the test then skips, with the name in its title, e.g. `describe.skipIf(!utd)('with real UTD-MHAD data', ...)`.
 */
export function realData(name: string): string | undefined {
  const root = process.env.SKELMIX_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  const path = join(root, name);
  return existsSync(path) ? path : undefined;
}
