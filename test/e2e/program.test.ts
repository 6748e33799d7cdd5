import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { makeProgramExecutable } from '../../scripts/lib/make-program-executable.mjs';

it.skipIf(process.platform === 'win32')('the built program may be run by its name', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  makeProgramExecutable(root);
  expect(statSync(`${root}/dist/cli/main.js`).mode & 0o111).toBe(0o111);
});
