import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchReport, describeCommit, describeMachine, formatTable } from './harness/report.js';
import type { Bench } from './harness/row.js';

const here = fileURLToPath(new URL('.', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, pyskl: { type: 'string' } },
});
const names = readdirSync(here)
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -3))
  .filter((name) => name !== 'main')
  .sort();
const [name] = positionals;

if (positionals.length === 1 && name !== undefined && names.includes(name)) {
  const module = (await import(new URL(`${name}.js`, import.meta.url).href)) as { default: Bench };
  const { quick, pyskl } = values;
  const rows = await module.default({
    quick,
    ...(pyskl === undefined ? {} : { pyskl }),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${formatTable(rows)}\n`);
  if (values.json !== undefined) {
    const report: BenchReport = {
      name,
      date: new Date().toISOString(),
      commit: describeCommit(here),
      machine: describeMachine(),
      rows,
    };
    writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  }
} else {
  if (name !== undefined) process.stderr.write(`there is no bench "${positionals.join(' ')}"\n`);
  process.stdout.write(`npm run bench -- NAME [--quick] [--json FILE], where NAME is one of:\n  ${names.join('\n  ')}\n`);
  process.exitCode = name === undefined ? 0 : 2;
}
