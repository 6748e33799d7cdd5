import { expect, it } from 'vitest';
import { startCli } from '../support/cli-process.js';

it('a reader that has seen enough of the output ends a command quietly', async () => {
  const inspect = startCli(['inspect', 'puppet:2']);
  inspect.child.stdout.destroy();
  expect(await inspect.exit).toBe(0);
  expect(inspect.stderr).not.toMatch(/EPIPE|at .*node:/);
});
