import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { listFiles } from './list-files.mjs';
import { projectRoot } from './project-root.mjs';

/**
 * Compiles one bench file to JavaScript, without type checks (`npm run check` has them). A bench is written against
 * `../src/...`, so that editors and checks see the sources; it measures the built product, so the compiled one says `../dist/...`.
 *
 * @param {string} text TypeScript
 * @returns {string} JavaScript
 */
export function compileBench(text) {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  return outputText.replace(/((?:from|import)\s*\(?\s*['"](?:\.\.\/)+)src\//g, '$1dist/');
}

/** Compiles bench/ to dist-bench/, which lies as deep as bench/ does: relative paths to other folders hold in both. */
export function ensureBench() {
  const out = join(projectRoot, 'dist-bench');
  rmSync(out, { recursive: true, force: true });
  for (const path of listFiles(join(projectRoot, 'bench'), ['.ts'])) {
    const target = join(out, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, compileBench(readFileSync(join(projectRoot, 'bench', path), 'utf8')));
  }
}
