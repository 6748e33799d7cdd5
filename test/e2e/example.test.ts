import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterEach, expect, it } from 'vitest';

// Inside the project, so that `import 'skelmix'` means it.
const folder = fileURLToPath(new URL(`../../.cache/example-${process.pid}/`, import.meta.url));
afterEach(() => rm(folder, { recursive: true, force: true }));

it('examples/first-batch.ts prints the first batch and ends', { timeout: 120_000 }, async () => {
  const source = await readFile(new URL('../../examples/first-batch.ts', import.meta.url), 'utf8');
  expect(source.split('\n').length).toBeLessThanOrEqual(25);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}first-batch.mjs`, outputText);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [`${folder}first-batch.mjs`]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^batch 0 of 60, x \[8, 3, 64, 20, 1\]\nclasses: (\w[\w ]*(, |\n)){8}real 8, synthetic 0, first id train-[\w-]+\n$/,
  );
});
