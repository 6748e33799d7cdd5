// Writes the import rules of scripts/lib/floors.mjs for the linter. Run it after a change of the floors.
import { writeFileSync } from 'node:fs';
import { LINT_IMPORT_RULES_FILE, lintImportRules } from './lib/lint-import-rules.mjs';
import { projectRoot } from './lib/project-root.mjs';

const overrides = lintImportRules().overrides.map((override) => JSON.stringify(override));
writeFileSync(projectRoot + LINT_IMPORT_RULES_FILE, `{\n"overrides": [\n${overrides.join(',\n')}\n]\n}\n`);
