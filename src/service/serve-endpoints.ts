import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/index.js';

let unnamed = 0;

/** A folder of this user alone; the server makes it with mode 0700. */
function socketFolder(): string {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  return runtime ? join(runtime, 'skelmix') : join(tmpdir(), `skelmix-${process.getuid?.() ?? 'user'}`);
}

/**
 * The addresses that a configuration asks to listen on: TCP, and a local socket where `serve.ipc` and the system allow it. The
 * socket file is named after the port; where any free port is taken, after the process.
 */
export function serveEndpoints({ serve }: Pick<Config, 'serve'>): string[] {
  const host = serve.host.includes(':') ? `[${serve.host}]` : serve.host;
  const tcp = `tcp://${host}:${serve.port}`;
  if (!serve.ipc || process.platform === 'win32') return [tcp];
  const name = serve.port === 0 ? `p${process.pid}-${++unnamed}` : String(serve.port);
  return [tcp, `ipc://${join(socketFolder(), `${name}.sock`)}`];
}
