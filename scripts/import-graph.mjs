// Prints which folder of src/ imports which, or with --check fails on an import that breaks the rules of
// docs/architecture.md, naming file and line. --mermaid prints the graph as a mermaid chart.
import { readFileSync } from 'node:fs';
import { FLOORS } from './lib/floors.mjs';
import { countArrows, findFaults, readImports } from './lib/import-graph.mjs';
import { listFiles } from './lib/list-files.mjs';
import { projectRoot } from './lib/project-root.mjs';

const files = listFiles(`${projectRoot}src`, ['.ts']).map((path) => ({
  path: `src/${path}`,
  text: readFileSync(`${projectRoot}src/${path}`, 'utf8'),
}));
const imports = readImports(files);

if (process.argv.includes('--check')) {
  const faults = findFaults(imports);
  for (const fault of faults) console.error(fault);
  console.log(`import graph: ${files.length} files, ${imports.length} imports, ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} else {
  const arrows = countArrows(imports);
  const mermaid = process.argv.includes('--mermaid');
  if (mermaid) console.log('flowchart TD');
  for (const unit of FLOORS.toReversed().flat()) {
    const targets = Object.entries(arrows[unit] ?? {}).sort(([a], [b]) => a.localeCompare(b));
    if (mermaid) for (const [target] of targets) console.log(`  ${unit} --> ${target}`);
    else if (targets.length > 0) console.log(`${unit.padEnd(12)} -> ${targets.map(([to, n]) => `${to} (${n})`).join(', ')}`);
  }
}
