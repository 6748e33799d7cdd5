import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './build-page.mjs';
import { listFiles } from './list-files.mjs';
import { makeProgramExecutable } from './make-program-executable.mjs';
import { projectRoot } from './project-root.mjs';
import { notice, runStep, SetupError } from './run-step.mjs';

/**
 * Names the state of some files without reading them: digest of paths, sizes and times of change.
 * @param {string} root
 * @param {readonly string[]} paths relative to root; missing ones count as missing
 */
export function fileState(root, paths) {
  const digest = createHash('sha256');
  for (const path of paths) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    digest.update(`${path} ${stat ? `${stat.size} ${stat.mtimeMs}` : 'missing'}\n`);
  }
  return digest.digest('hex');
}

/**
 * Compiled files whose source is gone, relative to dist: tsc leaves them, and Node would still find them.
 * @param {readonly string[]} sources relative to src, `a/b.ts`
 * @param {readonly string[]} outputs relative to dist, `a/b.js`, `a/b.d.ts`, `a/b.js.map`
 */
export function orphans(sources, outputs) {
  const stems = new Set(sources.map((path) => path.replace(/\.ts$/, '')));
  // dist/page is the live page: vite empties it by itself.
  return outputs.filter((path) => !path.startsWith('page/') && !stems.has(path.replace(/(\.d\.ts|\.js|\.js\.map)$/, '')));
}

/** Compiles src/ to dist/ and builds the live page to dist/page/, unless they are of the present sources. Incremental: a small change takes a second or two. */
export function ensureBuild() {
  const source = join(projectRoot, 'src');
  const dist = join(projectRoot, 'dist');
  const stamp = join(dist, '.sources');
  const sources = listFiles(source, ['.ts']);
  const state = fileState(projectRoot, [
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    ...sources.map((path) => `src/${path}`),
    ...listFiles(join(projectRoot, 'web'), ['']).map((path) => `web/${path}`),
  ]);
  if (
    existsSync(stamp) &&
    existsSync(join(dist, 'cli/main.js')) &&
    existsSync(join(dist, 'page/index.html')) &&
    readFileSync(stamp, 'utf8') === state
  )
    return;
  notice('building (tsc) ...');
  runStep(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], 'build');
  for (const orphan of orphans(sources, listFiles(dist, ['.js', '.d.ts', '.js.map']))) rmSync(join(dist, orphan));
  notice('building the live page (vite) ...');
  try {
    buildPage();
  } catch (error) {
    // vite asks for a newer Node than skelmix does; the stream and its API need no page.
    if (!(error instanceof SetupError)) throw error;
    notice(`${error.message}; going on without the live page`);
  }
  makeProgramExecutable(projectRoot);
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, state);
}
