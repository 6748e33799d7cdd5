import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileBench } from '../../scripts/lib/ensure-bench.mjs';
import { fileState, orphans } from '../../scripts/lib/ensure-build.mjs';
import { assertNodeVersion, packagesMatch } from '../../scripts/lib/ensure-node-packages.mjs';
import { listFiles } from '../../scripts/lib/list-files.mjs';
import { projectRoot } from '../../scripts/lib/project-root.mjs';
import { serveArguments } from '../../scripts/lib/serve-arguments.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skelmix-set-up-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Node packages', () => {
  const lock = {
    packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } },
  };
  const installed = (packages: Record<string, { version: string }>) => packagesMatch(lock, { packages });

  it('are in place with the versions of the lock file, an optional one of another machine type or not', () => {
    expect(installed({ 'node_modules/a': { version: '1.0.0' } })).toBe(true);
    expect(installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } })).toBe(true);
  });

  it.each([
    ['one is missing', {}],
    ['one has another version', { 'node_modules/a': { version: '1.0.1' } }],
    ['an optional one has another version', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } }],
    ['one too many is there', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '1.0.0' } }],
  ])('are not in place where %s', (_name, packages) => {
    expect(installed(packages)).toBe(false);
  });

  it.each(['20.15.0', '20.20.2', '22.0.0'])('run on Node %s', (version) => {
    expect(() => assertNodeVersion(version, '>=20.15')).not.toThrow();
  });

  it.each(['18.20.0', '20.14.9'])('are refused in words on Node %s', (version) => {
    expect(() => assertNodeVersion(version, '>=20.15')).toThrow(`Node ${version} is too old: skelmix needs >=20.15`);
  });
});

describe('the build', () => {
  it('is stale once a source changed, appeared or went', () => {
    const state = (): string => fileState(folder, listFiles(folder, ['.ts']));
    writeFileSync(join(folder, 'a.ts'), '1');
    const first = state();
    expect(state()).toBe(first);
    utimesSync(join(folder, 'a.ts'), 1, 1);
    const touched = state();
    expect(touched).not.toBe(first);
    writeFileSync(join(folder, 'b.ts'), '');
    expect(state()).not.toBe(touched);
    rmSync(join(folder, 'b.ts'));
    expect(state()).toBe(touched);
  });

  it('loses compiled files whose source is gone, and no other', () => {
    const outputs = ['a.js', 'a.d.ts', 'a.js.map', 'b/c.js', 'b/gone.js', 'gone.d.ts', 'a.b.js'];
    expect(orphans(['a.ts', 'b/c.ts'], outputs)).toEqual(['b/gone.js', 'gone.d.ts', 'a.b.js']);
  });
});

describe('listFiles', () => {
  it('gives paths with slashes in order, of any depth, by ending', () => {
    mkdirSync(join(folder, 'b/c'), { recursive: true });
    for (const path of ['z.ts', 'b/c/d.ts', 'b/a.ts', 'b/a.js']) writeFileSync(join(folder, path), '');
    expect(listFiles(folder, ['.ts'])).toEqual(['b/a.ts', 'b/c/d.ts', 'z.ts']);
  });

  it('gives nothing for a folder that is missing', () => {
    expect(listFiles(join(folder, 'nowhere'), ['.ts'])).toEqual([]);
  });
});

describe('npm start', () => {
  it('serves the puppet where nobody names a data set', () => {
    expect(serveArguments(['--ratio', '0.5'], {}, folder)).toEqual(['--data', 'puppet', '--ratio', '0.5']);
  });

  it.each([[['--data', 'utd-mhad:x']], [['--data=utd-mhad:x']], [['--config', 'my.json']]])('leaves %s alone', (given) => {
    expect(serveArguments(given, {}, folder)).toEqual(given);
  });

  it('leaves it to the environment or to a configuration file that names one', () => {
    expect(serveArguments([], { SKELMIX_DATASET: 'puppet:3' }, folder)).toEqual([]);
    writeFileSync(join(folder, 'skelmix.json'), '{}');
    expect(serveArguments([], {}, folder)).toEqual([]);
  });
});

describe('a compiled bench', () => {
  it('has no types and measures the built product', () => {
    const compiled = compileBench(`
      import type { Row } from './row.js';
      import { a } from '../src/core/a.js';
      import '../src/core/b.js';
      import { paired } from './paired.js';
      const row: Row = await import('../../src/core/c.js');
      export const url = new URL('../src/', import.meta.url);`);
    expect(compiled).toContain("from '../dist/core/a.js'");
    expect(compiled).toContain("import '../dist/core/b.js'");
    expect(compiled).toContain("import('../../dist/core/c.js')");
    expect(compiled).toContain("from './paired.js'");
    expect(compiled).toContain("new URL('../src/'");
    expect(compiled).not.toContain('Row');
  });
});

describe('a program in the foreground', () => {
  /** A script that runs `program` by run-child.mjs. */
  const runner = (program: string): string => {
    const url = JSON.stringify(new URL(`file://${projectRoot}scripts/lib/run-child.mjs`).href);
    return `import(${url}).then(async ({ runChild }) => { process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(program)}]); });`;
  };
  /** Runs it in a process without a terminal. */
  const start = (program: string) => spawn(process.execPath, ['-e', runner(program)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (child: ReturnType<typeof start>): Promise<number | null> =>
    new Promise((resolve) => child.once('exit', (code) => resolve(code)));

  it('gives its exit code', async () => {
    expect(await end(start('process.exit(42)'))).toBe(42);
  });

  it('gives 128 and the number of the signal that ended it', async () => {
    expect(await end(start("process.kill(process.pid, 'SIGKILL')"))).toBe(137);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('gets %s and may end in its own time', async (signal) => {
    const child = start(`
      process.on('${signal}', () => { clearInterval(alive); process.exitCode = 7; });
      const alive = setInterval(() => {}, 1000);
      console.log('ready');`);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    expect(await end(child)).toBe(7);
  });

  it('is told to stop when npm and its shell died, and only then ends', async () => {
    const program = `
      process.on('SIGTERM', () => { console.log('stopped'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    // Two processes in the place of npm's shell and the script; the first is killed while the second runs on.
    const shell = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(runner(program))}], { stdio: 'inherit' });`;
    const child = spawn(process.execPath, ['-e', shell], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'start' },
    });
    let said = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        if (said === 'ready\n') child.kill('SIGKILL');
      });
      // The pipe closes when the last of the three has ended.
      child.stdout.once('close', resolve);
    });
    expect(said).toBe('ready\nstopped\n');
  });
});
