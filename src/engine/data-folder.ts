import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where optional engines are set up: `skelmix` in the user's data folder (`XDG_DATA_HOME`, default `~/.local/share`). */
export function dataFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'skelmix');
}
