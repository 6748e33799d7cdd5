import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/lib/project-root.mjs';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const lock = JSON.parse(read('package-lock.json'));

describe('the package', () => {
  it('has its program and its exports among the sources', () => {
    const sourceOf = (path: string): string => path.replace('./dist/', 'src/').replace(/(\.d\.ts|\.js)$/, '.ts');
    const paths = [...Object.values(manifest.bin), manifest.exports['.'].types, manifest.exports['.'].default] as string[];
    expect(paths.map(sourceOf).filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  it('has a program that a shell can start', () => {
    expect(read('src/cli/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('says the same name, version, licence and Node range as its lock file', () => {
    const { name, version, license, engines } = lock.packages[''];
    expect({ name, version, license, engines }).toEqual({
      name: manifest.name,
      version: manifest.version,
      license: manifest.license,
      engines: manifest.engines,
    });
  });

  it('has the version of its Python client', () => {
    expect(read('clients/python/pyproject.toml')).toContain(`\nversion = "${manifest.version}"\n`);
  });

  it('depends on nothing but packages of the registry, at no fixed address', () => {
    const entries = Object.entries<{ resolved?: string; link?: boolean }>(lock.packages);
    expect(entries.filter(([, entry]) => entry.resolved !== undefined || entry.link).map(([path]) => path)).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it('has a decision on the install script of each dependency', () => {
    const withScript = Object.entries<{ hasInstallScript?: boolean; optional?: boolean }>(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    const undecided = withScript.filter((name) => manifest.allowScripts[name] === undefined && name !== 'fsevents');
    expect(undecided).toEqual([]);
  });

  it('comes with the text of its licence', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
  });
});

describe('the pages', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md'])('%s names only npm scripts that are there', (page) => {
    const named = [...read(page).matchAll(/npm (?:run (?:--silent )?)?([a-z:]+)/g)].map((match) => match[1]!);
    const builtIn = ['ci', 'install', 'i', 'pack', 'run'];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !builtIn.includes(name) && manifest.scripts[name] === undefined)).toEqual([]);
  });

  it('of the README name only benches that are there', () => {
    const named = [...read('README.md').matchAll(/npm run bench -- ([a-z-]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => name !== 'NAME' && !existsSync(join(projectRoot, `bench/${name}.ts`)))).toEqual([]);
  });

  it('of the README name only commands of the program that are there', () => {
    const named = [...read('README.md').matchAll(/(?:^|`)(?:npx )?skelmix ([a-z]+)/gm)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !existsSync(join(projectRoot, `src/cli/commands/${name}.ts`)))).toEqual([]);
  });
});
