// node bench/gpu-report.mjs FOLDER FILE: puts what the steps of gpu.sh left in FOLDER together into one JSON file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';
import { join } from 'node:path';

const [folder, file] = process.argv.slice(2);
const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined);
const readJson = (name) => JSON.parse(read(name) ?? 'null');

const steps = read('steps')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t'))
  .map(([step, outcome, text]) => ({ step, outcome, text }));
const devices = read('device')
  ?.trim()
  .split('\n')
  .map((line) => line.split(', '))
  .map(([name, driver, memory]) => ({ name, driver, memory }));
const suite = readJson('suite.json');
const rows = ['devices', 'engines-bench', 'generator-bench'].flatMap((name) => readJson(`${name}.json`)?.rows ?? []);

const report = {
  date: new Date().toISOString(),
  devices: devices ?? null,
  system: { node: process.versions.node, kernel: release(), arch: arch(), processors: cpus().length },
  engines: readJson('engines.json'),
  suite: suite && {
    passed: suite.numPassedTests,
    failed: suite.numFailedTests,
    skipped: suite.numPendingTests,
    failures: suite.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ test: fullName, message: failureMessages[0]?.split('\n')[0] })),
  },
  rows,
  steps: steps.filter(({ outcome }) => outcome !== 'not run'),
  notRun: steps.filter(({ outcome }) => outcome === 'not run').map(({ step, text }) => ({ step, reason: text })),
};
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
