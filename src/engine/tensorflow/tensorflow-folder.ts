import { join } from 'node:path';
import { dataFolder } from '../data-folder.js';

/** Where `skelmix setup tensorflow` puts TensorFlow and the engine looks for it. The folder need not exist. */
export function tensorflowFolder(env?: Readonly<Record<string, string | undefined>>): string {
  return join(dataFolder(env), 'tensorflow');
}
