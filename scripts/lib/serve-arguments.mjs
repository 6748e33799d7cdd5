import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Arguments of `skelmix serve` for `npm start`: those given and, where nobody names a data set, the simulated puppet, so that the
 * command does its work in a fresh checkout.
 *
 * @param {readonly string[]} given
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} folder where a configuration file would lie
 */
export function serveArguments(given, env, folder) {
  const isGiven = (flag) => given.some((word) => word === flag || word.startsWith(`${flag}=`));
  const named =
    isGiven('--data') ||
    isGiven('--config') ||
    Boolean(env.SKELMIX_DATASET) ||
    ['skelmix.json', 'skelmix.config.json'].some((file) => existsSync(join(folder, file)));
  return named ? [...given] : ['--data', 'puppet', ...given];
}
