import { FLOORS, PACKAGE_HOMES, wrongArrow } from './floors.mjs';

const UNITS = FLOORS.flat();
const globOf = (home) => (home.endsWith('/') ? `${home}**` : home);

/** Parts of src/ with the same import rules, each as Biome include globs. A part of a unit stands out of the unit's own. */
function regions() {
  const homes = [...new Set(Object.values(PACKAGE_HOMES).flat())];
  return UNITS.flatMap((unit) => {
    const parts = homes.filter((home) => home.startsWith(`src/${unit}/`) && home !== `src/${unit}/`).sort();
    const whole = {
      unit,
      path: `src/${unit}/`,
      includes: [`src/${unit}.ts`, `src/${unit}/**`, ...parts.map((part) => `!${globOf(part)}`)],
    };
    return [whole, ...parts.map((part) => ({ unit, path: part, includes: [globOf(part)] }))];
  });
}

/** What the files of a region may not import, as patterns of Biome's noRestrictedImports. */
function patternsOf({ unit, path }) {
  const patterns = [];
  // Every folder has an index.js of its own, so the arrow to src/index.ts can't be told by name: the graph check sees it.
  const forbidden = UNITS.filter((other) => other !== 'index' && wrongArrow(unit, other));
  if (forbidden.length > 0)
    patterns.push({
      group: [`**/{${forbidden.join(',')}}/**`, ...(forbidden.includes('service') ? ['**/service.js'] : [])],
      message: `${unit} stands on a floor that may not import these (scripts/lib/floors.mjs, docs/architecture.md).`,
    });
  for (const [name, homes] of Object.entries(PACKAGE_HOMES))
    if (!homes.some((home) => path.startsWith(home)))
      patterns.push({
        group: name === '@tensorflow/tfjs' ? ['@tensorflow/**'] : [name, `${name}/**`],
        message: `${name} is imported in ${homes.join(', ')} alone.`,
      });
  return patterns;
}

/** The file of these rules, from the root; biome.json extends it. */
export const LINT_IMPORT_RULES_FILE = 'scripts/lint-import-rules.json';

/**
 * A Biome configuration that says the same as floors.mjs, so that a wrong import is marked in the editor. Written by
 * `node scripts/write-lint-import-rules.mjs`; a test keeps the two equal.
 */
export function lintImportRules() {
  const rules = (region) => ({ style: { noRestrictedImports: { level: 'error', options: { patterns: patternsOf(region) } } } });
  return { overrides: regions().map((region) => ({ includes: region.includes, linter: { rules: rules(region) } })) };
}
