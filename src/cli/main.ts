#!/usr/bin/env node
import { runCli } from './run-cli.js';

// Whoever read the output has seen enough, as in `skelmix stats | head`: there is nobody left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
});
// A run that failed may have left workers or sockets behind; one that succeeded ends by itself.
if (code === 0) process.exitCode = 0;
else process.exit(code);
