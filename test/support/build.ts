import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds `dist/` and the live page in it once before the tests: worker threads and the CLI run from there. Incremental, so a second run costs a second.
 * The user's cache folder is another one while they run.
 */
export default function setup(): () => void {
  build();
  const cache = mkdtempSync(join(tmpdir(), 'skelmix-test-cache-'));
  process.env.XDG_CACHE_HOME = cache;
  return () => rmSync(cache, { recursive: true, force: true });
}

function build(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      cwd: root,
      stdio: 'pipe',
    });
    execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.mjs', 'web'], {
      cwd: root,
      stdio: 'pipe',
    });
  } catch (error) {
    const { stdout } = error as { stdout?: Buffer };
    if (process.env.SKELMIX_TEST_LOOSE_BUILD) return;
    throw new Error(`the build failed, so the tests would run against an old dist/:\n${stdout?.toString() ?? error}`);
  }
}
