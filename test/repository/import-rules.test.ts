import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLOORS } from '../../scripts/lib/floors.mjs';
import { findFaults, readImports } from '../../scripts/lib/import-graph.mjs';
import { LINT_IMPORT_RULES_FILE, lintImportRules } from '../../scripts/lib/lint-import-rules.mjs';
import { projectRoot } from '../../scripts/lib/project-root.mjs';

/** Imports that must fail, each as file, specifier and what the graph check says. */
const WRONG = [
  ['src/core/clip.ts', '../engine/engine.js', 'core -> engine runs upwards'],
  ['src/engine/select.ts', '../loader/profile.js', 'engine -> loader runs upwards'],
  ['src/mixers/mixer.ts', '../loader/profile.js', 'mixers -> loader runs sideways'],
  ['src/loader/formats/mat.ts', '../../generator/bones.js', 'loader -> generator runs sideways'],
  ['src/transport/server/server.ts', '../../service.js', 'transport -> service runs upwards'],
  ['src/service.ts', './evaluation/fid.js', 'service -> evaluation runs sideways'],
  ['src/evaluation/fid.ts', '../cli/main.js', 'evaluation -> cli runs upwards'],
  ['src/generator/bones.ts', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core belongs to'],
  ['src/engine/cpu/cpu.ts', 'onnxruntime-node', 'onnxruntime-node belongs to src/engine/onnx/'],
  ['src/cli/commands/watch.ts', 'zeromq', 'zeromq belongs to src/transport/'],
  ['src/mixers/pool.ts', 'piscina', 'piscina belongs to src/loader/'],
] as const;

/** Imports that must pass. */
const RIGHT = [
  ['src/engine/a.ts', '../core/errors.js'],
  ['src/mixers/b.ts', './loader.js'],
  ['src/mixers/c.ts', 'rxjs'],
  ['src/evaluation/d.ts', '../loader/profile.js'],
  ['src/cli/commands/e.ts', '../../service.js'],
  ['src/index.ts', './evaluation/index.js'],
  ['src/generator/networks/f.ts', '@tensorflow/tfjs'],
  ['src/engine/onnx/g.ts', 'onnxruntime-node'],
  ['src/transport/h.ts', 'zeromq'],
] as const;

const textOf = (specifier: string): string => `import { something } from '${specifier}';\n\nexport const value = something;\n`;
const faultsOf = (path: string, specifier: string): string[] => findFaults(readImports([{ path, text: textOf(specifier) }]));

describe('the import graph check', () => {
  it.each(WRONG)('refuses that %s imports %s', (path, specifier, fault) => {
    expect(faultsOf(path, specifier)).toEqual([expect.stringContaining(`${path}:1: ${fault}`)]);
  });

  it.each(RIGHT)('accepts that %s imports %s', (path, specifier) => {
    expect(faultsOf(path, specifier)).toEqual([]);
  });

  it('refuses an arrow to the public surface from below, which the linter cannot see', () => {
    expect(faultsOf('src/loader/order.ts', '../index.js')).toEqual(['src/loader/order.ts:1: loader -> index runs upwards']);
  });

  it('refuses a folder that stands on no floor', () => {
    expect(faultsOf('src/loader/order.ts', '../helpers/x.js')).toEqual([expect.stringContaining('helpers stands on no floor')]);
  });

  it.each([
    ['a type', "\nimport type { A } from '../loader/a.js';\n"],
    ['an export', "\nexport { a } from '../loader/a.js';\n"],
    ['a dynamic import', "\nconst a = await import('../loader/a.js');\n"],
    ['a type expression', "\ntype A = import('../loader/a.js').A;\n"],
  ])('sees %s on the line where it stands', (_name, text) => {
    expect(findFaults(readImports([{ path: 'src/mixers/mixer.ts', text }]))).toEqual([
      'src/mixers/mixer.ts:2: mixers -> loader runs sideways',
    ]);
  });

  it('does not take a comment or a string for an import', () => {
    const text = "// import { a } from '../loader/a.js';\nexport const text = \"import { a } from '../loader/a.js'\";\n";
    expect(readImports([{ path: 'src/mixers/mixer.ts', text }])).toEqual([]);
  });

  it('finds a circle within a folder and names its files', () => {
    const file = (name: string, to: string) => ({ path: `src/mixers/${name}.ts`, text: textOf(`./${to}.js`) });
    expect(findFaults(readImports([file('a', 'b'), file('b', 'c'), file('c', 'a')]))).toEqual([
      expect.stringContaining('src/mixers/a.ts -> src/mixers/b.ts -> src/mixers/c.ts -> src/mixers/a.ts'),
    ]);
  });

  it('lets types refer to each other in a circle', () => {
    const file = (name: string, to: string) => ({
      path: `src/mixers/${name}.ts`,
      text: `import type { T } from './${to}.js';\nexport type U = T;\n`,
    });
    expect(findFaults(readImports([file('a', 'b'), file('b', 'a')]))).toEqual([]);
  });

  it('refuses an import of anything outside of src/', () => {
    expect(faultsOf('src/mixers/mixer.ts', '../../bench/harness/paired.js')).toEqual([expect.stringContaining('leaves src/')]);
  });
});

describe('the linter', () => {
  let folder: string;
  let complaints: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skelmix-lint-'));
    for (const path of ['biome.json', LINT_IMPORT_RULES_FILE]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(projectRoot, path), join(folder, path));
    }
    for (const [path, specifier] of [...WRONG, ...RIGHT]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), textOf(specifier), { flag: 'a' });
    }
    const biome = join(projectRoot, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', '--max-diagnostics=100', 'src'];
    complaints = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).stderr;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(WRONG)('refuses that %s imports %s', (path, specifier) => {
    const places = complaints.split('\n').filter((line) => line.startsWith(`${path}:`));
    expect(places.join('\n')).toContain('noRestrictedImports');
    expect(complaints).toContain(specifier);
  });

  it.each(RIGHT)('accepts that %s imports %s', (path) => {
    expect(complaints.split('\n').filter((line) => line.startsWith(`${path}:`))).toEqual([]);
  });

  it('has the rules that the floors give', () => {
    expect(JSON.parse(readFileSync(join(projectRoot, LINT_IMPORT_RULES_FILE), 'utf8'))).toEqual(lintImportRules());
  });
});

describe('the floors', () => {
  it('name every part once', () => {
    expect(new Set(FLOORS.flat()).size).toBe(FLOORS.flat().length);
  });
});
