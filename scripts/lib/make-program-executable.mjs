import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets the compiled program be run by its name: tsc writes it without that right, and npm gives it only when it first links the
 * package, so that `npx skelmix` would fail after a rebuild from nothing.
 *
 * @param {string} projectRoot
 */
export function makeProgramExecutable(projectRoot) {
  chmodSync(join(projectRoot, 'dist/cli/main.js'), 0o755);
}
