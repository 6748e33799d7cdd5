// Writes docs/configuration.md and docs/skelmix.schema.json from the configuration schema. Run it after `npm run build`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema, configTable } from '../dist/config/index.js';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('configuration.md', docs), configTable());
const schemaFile = new URL('skelmix.schema.json', docs);
writeFileSync(schemaFile, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
const biome = new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url);
execFileSync(process.execPath, [fileURLToPath(biome), 'format', '--write', fileURLToPath(schemaFile)], { stdio: 'ignore' });
