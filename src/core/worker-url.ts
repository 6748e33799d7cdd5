import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InternalError } from './errors.js';

/**
 * Address of a worker's compiled file beside the module that starts it. Workers run compiled JavaScript; a module that is
 * itself run from `src/` (in tests) gets the twin in `dist/`.
 *
 * @param moduleUrl `import.meta.url` of the caller
 * @param file e.g. `./worker.js`
 * @throws InternalError where the file is missing: the project is not built
 */
export function workerUrl(moduleUrl: string, file: string): URL {
  const url = new URL(file, moduleUrl);
  url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, '/dist/');
  if (!existsSync(fileURLToPath(url))) throw new InternalError(`worker ${url.pathname} is missing: run "npm run build" first`);
  return url;
}
