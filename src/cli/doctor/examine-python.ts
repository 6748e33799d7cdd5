import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Finding } from './finding.js';

const run = promisify(execFile);

const SCRIPT = `
import sys
print("Python %d.%d" % sys.version_info[:2])
try:
    import skelmix
    print("client " + getattr(skelmix, "__version__", "of unknown version"))
except Exception as error:
    print("!%s: %s" % (type(error).__name__, error))
`;

/** Whether a Python loop could import the client: asks `SKELMIX_PYTHON`, else the project's own `.venv`, else `python3`. */
export async function examinePython(env: Readonly<Record<string, string | undefined>>): Promise<Finding> {
  const what = 'Python client';
  const own = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url));
  for (const command of env.SKELMIX_PYTHON ? [env.SKELMIX_PYTHON] : [own, 'python3']) {
    try {
      const { stdout } = await run(command, ['-c', SCRIPT], { timeout: 20_000, env: { ...env } });
      const [version, client = ''] = stdout.trim().split('\n');
      if (!client.startsWith('!')) return { what, state: 'ok', text: `${client} in ${version} (${command})` };
      const text = `${version} (${command}) can't import it: ${client.slice(1)}; pip install ./clients/python`;
      return { what, state: 'warning', text };
    } catch {
      // No such Python here: the next one may be.
    }
  }
  return { what, state: 'warning', text: 'no Python found: only needed for Python loops; name one in SKELMIX_PYTHON' };
}
