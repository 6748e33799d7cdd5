import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where `skelmix setup tensorflow` puts TensorFlow and the engine looks for it: `skelmix/tensorflow` in the user's data folder
 * (`XDG_DATA_HOME`, default `~/.local/share`). The folder need not exist.
 */
export function tensorflowFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'skelmix', 'tensorflow');
}
