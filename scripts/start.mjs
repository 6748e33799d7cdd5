// npm start: installs and builds what is missing, then serves. Arguments go to `skelmix serve`: npm start -- --ratio 0.5
import { ensureBuild } from './lib/ensure-build.mjs';
import { ensureNodePackages } from './lib/ensure-node-packages.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { runChild } from './lib/run-child.mjs';
import { runScript } from './lib/run-step.mjs';
import { serveArguments } from './lib/serve-arguments.mjs';

await runScript(async () => {
  ensureNodePackages();
  ensureBuild();
  const args = serveArguments(process.argv.slice(2), process.env, process.cwd());
  return runChild(process.execPath, [`${projectRoot}dist/cli/main.js`, 'serve', ...args]);
});
