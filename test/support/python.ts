import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A Python that can import the named modules, or undefined where there is none: the test then skips, with the need in its title.
 * Tried in this order: `$SKELMIX_PYTHON`, the project's `.venv`, `python3`.
 */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const own = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
  const candidates = [process.env.SKELMIX_PYTHON, existsSync(own) ? own : undefined, 'python3'];
  return candidates.find(
    (command) => command && spawnSync(command, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' }).status === 0,
  );
}
