import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.mjs';
import { notice, runStep, SetupError } from './run-step.mjs';

const REQUIREMENTS = 'clients/python/requirements-dev.txt';
const CLIENT = 'clients/python';

/** Absolute path of the interpreter of the project's own environment, whether or not it exists. */
export const projectPython = join(projectRoot, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** The first Python 3.10 or newer: SKELMIX_PYTHON, python3, python. */
function findPython() {
  const seen = [];
  for (const command of [process.env.SKELMIX_PYTHON, 'python3', 'python'].filter(Boolean)) {
    const found = spawnSync(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8' });
    if (found.status !== 0) {
      seen.push(`${command}: not there`);
      continue;
    }
    const version = found.stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return { command, version };
    seen.push(`${command}: ${version}`);
  }
  throw new SetupError(
    `the Python client's tests need Python 3.10 or newer (${seen.join(', ')}); install it or name one in SKELMIX_PYTHON`,
  );
}

/**
 * Makes `.venv` with the Python client (editable) and what its tests and the benches need, unless it is there and of the
 * present requirement files.
 * @returns {string} the interpreter
 * @throws SetupError where Python or its venv module is missing, or pip fails
 */
export function ensurePython() {
  const digest = createHash('sha256');
  for (const path of [REQUIREMENTS, `${CLIENT}/pyproject.toml`]) digest.update(readFileSync(join(projectRoot, path)));
  const state = digest.digest('hex');
  const stamp = join(projectRoot, '.venv/.requirements');
  if (existsSync(projectPython) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return projectPython;

  const { command, version } = findPython();
  if (!existsSync(projectPython)) {
    notice(`making the Python environment .venv with Python ${version}, once ...`);
    try {
      runStep(command, ['-m', 'venv', '.venv'], 'make .venv');
    } catch (error) {
      rmSync(join(projectRoot, '.venv'), { recursive: true, force: true });
      throw new SetupError(`${error.message}. On Debian and Ubuntu the module is a package of its own: apt install python3-venv`);
    }
  }
  notice(`installing Python packages (pip, ${REQUIREMENTS}; torch is large), once ...`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  runStep(projectPython, [...pip, '-r', REQUIREMENTS, '--editable', CLIENT], 'install the Python packages');
  writeFileSync(stamp, state);
  return projectPython;
}
