import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.mjs';
import { notice, runStep, SetupError } from './run-step.mjs';

/**
 * Whether what npm put into node_modules is what the lock file asks for. Versions are compared, not file dates: a fresh
 * checkout, a branch switch or a copied folder must neither hide a difference nor force a download.
 *
 * @param {object} lock parsed package-lock.json
 * @param {object} installed parsed node_modules/.package-lock.json
 */
export function packagesMatch(lock, installed) {
  const wanted = Object.entries(lock.packages).filter(([path]) => path !== '');
  const isThere = installed.packages;
  const rightVersion = ([path, entry]) =>
    isThere[path] ? isThere[path].version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  const known = new Set(wanted.map(([path]) => path));
  return wanted.every(rightVersion) && Object.keys(isThere).every((path) => known.has(path));
}

/**
 * Fails early, in words, where Node is too old for the packages.
 * @param {string} version e.g. 20.15.0
 * @param {string} range package.json's engines.node, of the form `>=MAJOR.MINOR`
 */
export function assertNodeVersion(version, range) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = range.replace('>=', '').split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(`Node ${version} is too old: skelmix needs ${range} (https://nodejs.org)`);
}

/** Installs the Node packages of the lock file unless they are in place. */
export function ensureNodePackages() {
  const readJson = (path) => JSON.parse(readFileSync(join(projectRoot, path), 'utf8'));
  assertNodeVersion(process.versions.node, readJson('package.json').engines.node);
  const record = 'node_modules/.package-lock.json';
  if (existsSync(join(projectRoot, record)) && packagesMatch(readJson('package-lock.json'), readJson(record))) return;
  notice('installing Node packages (npm ci), once ...');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  runStep(command, [...args, 'ci', '--loglevel=error'], 'install the Node packages');
}
