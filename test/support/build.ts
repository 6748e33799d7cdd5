import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds `dist/` once before the tests: worker threads and the CLI run from there. Incremental, so a second run costs a second. */
export default function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      cwd: root,
      stdio: 'pipe',
    });
  } catch (error) {
    const { stdout } = error as { stdout?: Buffer };
    if (process.env.SKELMIX_TEST_LOOSE_BUILD) return;
    throw new Error(`the build failed, so the tests would run against an old dist/:\n${stdout?.toString() ?? error}`);
  }
}
