import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';
import { ConfigError, messageOf } from '../../core/errors.js';
import { type AllowedKey, parseAllowList, type Role } from './allow-list.js';
import { isKey } from './z85.js';

/** A key and its secret. */
export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Names of the files in a folder of keys. */
const ALLOW_FILE = 'allowed';
const SERVER = 'server';

/** Path of the allow-list in a folder of keys. */
export const allowFileOf = (folder: string): string => join(folder, ALLOW_FILE);

const pairFileOf = (folder: string, name: string): string => join(folder, `${name}.key`);

/**
 * Reads a file with a key and its secret.
 *
 * @throws ConfigError CONFIG_FILE_MISSING, CONFIG_INVALID (never with the file's text: it is a secret)
 */
export function readKeyPair(path: string): KeyPair {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      'CONFIG_FILE_MISSING',
      `the key file ${path} can't be read (${messageOf(error)}): make one with "skelmix keys new"`,
      { details: { path } },
    );
  }
  const found = Object.fromEntries([...text.matchAll(/^(public|secret) (\S+)$/gm)].map(([, name, key]) => [name, key]));
  if (!isKey(found.public ?? '') || !isKey(found.secret ?? ''))
    throw new ConfigError('CONFIG_INVALID', `${path} is no key file: it needs the lines "public KEY" and "secret KEY"`, {
      details: { path },
    });
  return { publicKey: found.public!, secretKey: found.secret! };
}

/**
 * Makes a key and writes it to `NAME.key` in the folder (made if need be), readable by its owner alone.
 *
 * @throws ConfigError CONFIG_CONFLICT where the file is there; CONFIG_INVALID for a name that is no file name
 */
export function newKeyPair(folder: string, name: string): { pair: KeyPair; path: string } {
  if (!/^[\w.-]+$/.test(name) || name === ALLOW_FILE)
    throw new ConfigError('CONFIG_INVALID', `"${name}" is no name for a key: take letters, digits, dots and dashes`);
  const path = pairFileOf(folder, name);
  if (existsSync(path))
    throw new ConfigError('CONFIG_CONFLICT', `${path} is there already: remove it first, or take another name`, {
      details: { path },
    });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pair = newPair();
  writeFileSync(path, `public ${pair.publicKey}\nsecret ${pair.secretKey}\n`, { mode: 0o600, flag: 'wx' });
  return { pair, path };
}

/** A pair whose public key can stand on a command line: one that begins with a dash would be read as an option. */
function newPair(): KeyPair {
  for (;;) {
    const pair = curveKeyPair();
    if (!pair.publicKey.startsWith('-')) return pair;
  }
}

/** The server's key in a folder. @throws ConfigError as `readKeyPair` */
export const readServerKeys = (folder: string): KeyPair => readKeyPair(pairFileOf(folder, SERVER));

/** The clients that a folder allows; none where there is no list yet. */
export function allowedKeys(folder: string): AllowedKey[] {
  const path = allowFileOf(folder);
  return existsSync(path) ? parseAllowList(readFileSync(path, 'utf8')) : [];
}

/**
 * Allows a client, or gives it another role. A running server hears of it at the next connection.
 *
 * @throws ConfigError CONFIG_INVALID where the text is no key
 */
export function allowKey(folder: string, key: string, role: Role, name: string): void {
  if (!isKey(key))
    throw new ConfigError(
      'CONFIG_INVALID',
      `a public key has 40 characters of Z85, got ${key.length}: copy the line "public" of its file`,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = allowFileOf(folder);
  if (!existsSync(path)) writeFileSync(path, '# role key name\n', { mode: 0o600 });
  const others = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim().split(/\s+/)[1] !== key);
  const kept = others.join('\n').trimEnd();
  writeFileSync(path, `${kept}\n`);
  appendFileSync(path, `${role} ${key} ${name}\n`);
  chmodSync(path, 0o600);
}
