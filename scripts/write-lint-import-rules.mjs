// Writes the import rules of scripts/lib/floors.mjs into biome.json. Run it after a change of the floors.
import { readFileSync, writeFileSync } from 'node:fs';
import { lintImportRules } from './lib/lint-import-rules.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { runStep } from './lib/run-step.mjs';

const path = `${projectRoot}biome.json`;
const config = JSON.parse(readFileSync(path, 'utf8'));
writeFileSync(path, `${JSON.stringify({ ...config, overrides: lintImportRules() }, null, 2)}\n`);
runStep(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', 'biome.json'], 'format biome.json');
