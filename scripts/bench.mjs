// npm run bench -- NAME [--quick] [--json FILE]: installs and builds what is missing, then runs bench/NAME.ts.
import { ensureBuild } from './lib/ensure-build.mjs';
import { ensureNodePackages } from './lib/ensure-node-packages.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { runChild } from './lib/run-child.mjs';
import { runScript } from './lib/run-step.mjs';

await runScript(async () => {
  ensureNodePackages();
  ensureBuild();
  const { ensureBench } = await import('./lib/ensure-bench.mjs');
  ensureBench();
  return runChild(process.execPath, [`${projectRoot}dist-bench/main.js`, ...process.argv.slice(2)]);
});
