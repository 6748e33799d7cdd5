// npm test: installs and builds what is missing, then runs vitest and pytest, both to their end. Arguments go to vitest.
// The last line on stdout is the sum: `N passed, N failed[, N skipped]`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureBuild } from './lib/ensure-build.mjs';
import { ensureNodePackages } from './lib/ensure-node-packages.mjs';
import { ensurePython } from './lib/ensure-python.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { runChild } from './lib/run-child.mjs';
import { notice, runScript, SetupError } from './lib/run-step.mjs';
import { countJUnit, countVitest, formatCounts, sumCounts, withExitCode } from './lib/test-counts.mjs';

const reports = `${projectRoot}.cache/test`;

/** Runs one test runner and counts what its report says. */
async function runTests(name, command, args, report, count) {
  const began = performance.now();
  const exitCode = await runChild(command, args, { cwd: projectRoot });
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = count(readFileSync(report, 'utf8'));
  } catch (error) {
    notice(`${name} left no readable report: ${error.message}`);
  }
  counts = withExitCode(counts, exitCode);
  return { counts, line: `${name}: ${formatCounts(counts)} in ${Math.round((performance.now() - began) / 1000)} s` };
}

async function runVitest() {
  const report = `${reports}/vitest.json`;
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)];
  return runTests('vitest', process.execPath, [`${projectRoot}node_modules/vitest/vitest.mjs`, ...args], report, countVitest);
}

async function runPytest(python) {
  const report = `${reports}/pytest.xml`;
  return runTests('pytest', python, ['-m', 'pytest', 'clients/python', '-q', `--junitxml=${report}`], report, countJUnit);
}

/** Runs a part of the set-up; a failure is said at once and is one failed test. */
function setUp(name, work) {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    notice(error.message);
    return {
      failure: {
        counts: { passed: 0, failed: 1, skipped: 0 },
        line: `${name}: not run, which counts as 1 failed: ${error.message}`,
      },
    };
  }
}

await runScript(async () => {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const product = setUp('vitest', () => {
    ensureNodePackages();
    ensureBuild();
  });
  // Before vitest: its contract tests run the Python client from .venv.
  const python = setUp('pytest', ensurePython);
  const results = [product.failure ?? (await runVitest()), python.failure ?? (await runPytest(python.value))];
  const sum = sumCounts(results.map((result) => result.counts));
  process.stdout.write(`\n${results.map((result) => result.line).join('\n')}\n${formatCounts(sum)}\n`);
  return sum.failed === 0 ? 0 : 1;
});
