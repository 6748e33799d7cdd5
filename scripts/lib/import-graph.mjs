import { dirname, posix } from 'node:path';
import ts from 'typescript';
import { wrongArrow, wrongPackage } from './floors.mjs';

/** @typedef {{path: string, text: string}} SourceFile path from the root with slashes, `src/a/b.ts` */
/** @typedef {{from: string, line: number, specifier: string, to: string | undefined, typeOnly: boolean}} Import */

/** Unit of a path: `src/mixers/credit.ts` -> `mixers`, `src/service.ts` -> `service`. @param {string} path */
export function unitOf(path) {
  return path.split('/')[1].replace(/\.ts$/, '');
}

/** Every import, export-from, `import()` and `import('...')` type of a file, in order. */
function specifiersOf(text, path) {
  const found = [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const add = (node, literal, typeOnly) =>
    found.push({ specifier: literal.text, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, typeOnly });
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? node.isTypeOnly ?? false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0]?.text)
      add(node, node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Reads the imports of source files. `to` is the file a relative import names, undefined for a package or a built-in.
 * @param {readonly SourceFile[]} files
 * @returns {Import[]}
 */
export function readImports(files) {
  return files.flatMap(({ path, text }) =>
    specifiersOf(text, path).map((found) => ({
      ...found,
      from: path,
      to: found.specifier.startsWith('.') ? posix.join(dirname(path), found.specifier).replace(/\.js$/, '.ts') : undefined,
    })),
  );
}

/**
 * Circles of files, each as the list of files from and to the same one. Type-only imports are no part of a circle: they are
 * gone when the program runs.
 * @param {readonly Import[]} imports
 * @returns {Import[][]} one list of imports for each circle
 */
export function findCycles(imports) {
  const bySource = new Map();
  for (const item of imports) if (item.to && !item.typeOnly) bySource.set(item.from, [...(bySource.get(item.from) ?? []), item]);
  const done = new Set();
  const cycles = [];
  const walk = (path, trail) => {
    const start = trail.findIndex((item) => item.from === path);
    if (start !== -1) {
      cycles.push(trail.slice(start));
      return;
    }
    if (done.has(path)) return;
    for (const item of bySource.get(path) ?? []) walk(item.to, [...trail, item]);
    done.add(path);
  };
  for (const path of bySource.keys()) walk(path, []);
  return cycles;
}

/**
 * Everything that breaks the rules of docs/architecture.md, as `file:line: what`.
 * @param {readonly Import[]} imports
 * @returns {string[]}
 */
export function findFaults(imports) {
  const faults = [];
  for (const { from, line, specifier, to } of imports) {
    const wrong = to?.startsWith('src/')
      ? wrongArrow(unitOf(from), unitOf(to))
      : to
        ? `${specifier} leaves src/`
        : wrongPackage(from, specifier);
    if (wrong) faults.push(`${from}:${line}: ${wrong}`);
  }
  for (const cycle of findCycles(imports)) {
    const circle = [...cycle.map((item) => item.from), cycle[0].from].join(' -> ');
    faults.push(`${cycle[0].from}:${cycle[0].line}: imports run in a circle: ${circle}`);
  }
  return faults;
}

/**
 * Arrows between units with the number of imports: `{'mixers': {'core': 12}}`.
 * @param {readonly Import[]} imports
 * @returns {Record<string, Record<string, number>>}
 */
export function countArrows(imports) {
  const arrows = {};
  for (const { from, to } of imports) {
    if (!to?.startsWith('src/')) continue;
    const [source, target] = [unitOf(from), unitOf(to)];
    if (source === target) continue;
    arrows[source] ??= {};
    arrows[source][target] = (arrows[source][target] ?? 0) + 1;
  }
  return arrows;
}
