import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { curveKeyPair, Dealer } from 'zeromq';
import { silentLogger } from '../../../src/core/logger.js';
import { connect, connectControl } from '../../../src/transport/client/index.js';
import {
  allowedKeys,
  allowFileOf,
  allowKey,
  isKey,
  isProofOf,
  keyBytes,
  keyProof,
  keyText,
  newKeyPair,
  parseAllowList,
  readKeyPair,
  readServerKeys,
} from '../../../src/transport/security/index.js';
import { join, provide, raw, serve, take } from '../support/open.js';
import { temporaryFolder } from '../support/places.js';

/** A server with keys, and clients of either role and of none. */
function keys() {
  const folder = temporaryFolder();
  const server = newKeyPair(folder, 'server').pair;
  const of = (name: string, role?: 'read' | 'control') => {
    const { pair } = newKeyPair(folder, name);
    if (role) allowKey(folder, pair.publicKey, role, name);
    return { ...pair, serverKey: server.publicKey };
  };
  return { folder, of, curve: { ...server, allowFile: allowFileOf(folder) } };
}

const quick = { connectTimeoutMs: 400, preferIpc: false };

describe('a server with keys', () => {
  it.each(['tcp', 'ipc'] as const)('over %s serves allowed clients, encrypted, each in its role', async (kind) => {
    const { of, curve } = keys();
    const reader = of('reader', 'read');
    const boss = of('boss', 'control');
    const address = kind === 'tcp' ? 'tcp://127.0.0.1:0' : `ipc://${path(temporaryFolder(), 's.sock')}`;
    const { at, server } = await provide({ curve, endpoints: [address] });
    const stream = await join(at, { curve: reader });
    expect((await take(stream, 2)).map(({ seq }) => seq)).toEqual([0, 1]);
    await expect(stream.setRatio(0.5)).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
      message: expect.stringMatching(/may read, not control/),
    });
    const control = await connectControl(at, { curve: boss });
    onTestFinished(() => control.close());
    expect(await control.set('ratio', 0.5)).toMatchObject({ rev: 1 });
    expect(server.sessions().map(({ role }) => role)).toEqual(['read', 'control']);
  });

  it('lets nobody in without a key, with another, or with the wrong key of the server', async () => {
    const { of, curve } = keys();
    const warnings: string[] = [];
    const { at, server } = await serve({ curve, logger: { ...silentLogger, warn: (line) => void warnings.push(line) } });
    const stranger = of('stranger');
    await expect(connect(at, quick)).rejects.toMatchObject({ code: 'TIMEOUT' });
    await expect(connect(at, { ...quick, curve: stranger })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(warnings).toContain(`a client with the key ${stranger.publicKey} may not connect: allow it with "skelmix keys allow"`);
    const friend = of('friend', 'read');
    await expect(connect(at, { ...quick, curve: { ...friend, serverKey: curveKeyPair().publicKey } })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    expect(server.sessions()).toEqual([]);
    expect((await join(at, { curve: friend })).info.dataset).toBe('numbers');
  });

  it('reads its list again when it changes', async () => {
    const { of, folder, curve } = keys();
    const client = of('late');
    const { at } = await serve({ curve });
    await expect(connect(at, { ...quick, curve: client })).rejects.toMatchObject({ code: 'TIMEOUT' });
    allowKey(folder, client.publicKey, 'read', 'late');
    await (await connect(at, { preferIpc: false, curve: client })).close();
    writeFileSync(allowFileOf(folder), '# nobody\n');
    await expect(connect(at, { ...quick, curve: client })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('takes no role from a key whose secret the client does not have', async () => {
    const { of, curve } = keys();
    const [reader, boss] = [of('reader', 'read'), of('boss', 'control')];
    const { at } = await serve({ curve });
    const dealer = new Dealer({
      linger: 0,
      curveServerKey: curve.publicKey,
      curvePublicKey: reader.publicKey,
      curveSecretKey: reader.secretKey,
    });
    const thief = raw(at, dealer);
    const hello = { k: 'HELLO', v: [1, 1], client: 'c', lang: 'l', mode: 'control', credit: 0 };
    await thief.say({ ...hello, auth: { key: boss.publicKey, proof: keyProof(reader, curve.publicKey) } });
    expect(await thief.until('ERROR')).toMatchObject({ code: 'unauthorized', field: 'auth', retry: 'never' });
    await thief.say({ ...hello, auth: { key: 'x', proof: 'y' } });
    expect(await thief.until('ERROR')).toMatchObject({ code: 'unauthorized' });
    await thief.hello({ mode: 'control' });
    await thief.say({ k: 'SET', key: 'ratio', value: 0.5, requestId: 1 });
    expect(await thief.until('ERROR')).toMatchObject({ code: 'forbidden', ref: 1 });
  });

  it('may listen where other machines reach it; one without keys may not', async () => {
    const { of, curve } = keys();
    const { server } = await serve({ curve, endpoints: ['tcp://0.0.0.0:0'] });
    const port = server.endpoints[0]!.split(':').at(-1);
    const stream = await join(`tcp://127.0.0.1:${port}`, { curve: of('far', 'read') });
    expect(stream.info.dataset).toBe('numbers');
    await expect(serve({ endpoints: ['tcp://0.0.0.0:0'] })).rejects.toMatchObject({ code: 'ADDRESS_INVALID' });
  });

  it('and another in the same process have lists of their own', async () => {
    const [one, two] = [keys(), keys()];
    const client = one.of('client', 'read');
    const first = await serve({ curve: one.curve });
    const second = await serve({ curve: two.curve });
    await (await connect(first.at, { preferIpc: false, curve: client })).close();
    await expect(connect(second.at, { ...quick, curve: { ...client, serverKey: two.curve.publicKey } })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
  });
});

describe('keys', () => {
  it('are 32 bytes in 40 characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(new Uint8Array(keyBytes(keyText(bytes)))).toEqual(bytes);
      }),
    );
    // RFC 32: the bytes 86 4F D2 6F B5 59 F7 5B are "HelloWorld".
    expect(keyText(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe('HelloWorld');
    expect([isKey('short'), isKey('~'.repeat(40)), isKey('0'.repeat(40))]).toEqual([false, false, true]);
    expect(() => keyBytes('secret')).toThrow(/40 characters of Z85, got 6/);
    expect(() => keyBytes('#'.repeat(40))).toThrow(/stands for no number/);
  });

  it('are shown by a proof that only the two owners can make', () => {
    const [client, server, third] = [curveKeyPair(), curveKeyPair(), curveKeyPair()];
    const proof = keyProof(client, server.publicKey);
    expect(isProofOf(client.publicKey, proof, server)).toBe(true);
    expect(isProofOf(third.publicKey, proof, server)).toBe(false);
    expect(isProofOf(client.publicKey, proof, third)).toBe(false);
    expect(isProofOf(client.publicKey, '', server)).toBe(false);
  });

  it('lie in files of their owner alone', () => {
    const folder = path(temporaryFolder(), 'keys');
    const { pair, path: file } = newKeyPair(folder, 'server');
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readServerKeys(folder)).toEqual(pair);
    expect(() => newKeyPair(folder, 'server')).toThrow(/is there already/);
    expect(() => newKeyPair(folder, '../up')).toThrow(/is no name for a key/);
    expect(() => readKeyPair(path(folder, 'none.key'))).toThrow(/can't be read .*skelmix keys new/);
    writeFileSync(path(folder, 'bad.key'), `public ${pair.publicKey}\nsecret oops\n`);
    expect(() => readKeyPair(path(folder, 'bad.key'))).toThrow(/bad\.key is no key file/);
  });

  it('are allowed once each, in the latest role', () => {
    const folder = temporaryFolder();
    const { publicKey } = curveKeyPair();
    expect(allowedKeys(folder)).toEqual([]);
    allowKey(folder, publicKey, 'read', 'gpu 0');
    allowKey(folder, publicKey, 'control', 'gpu 0');
    expect(allowedKeys(folder)).toEqual([{ key: publicKey, role: 'control', name: 'gpu 0' }]);
    expect(statSync(allowFileOf(folder)).mode & 0o777).toBe(0o600);
    expect(() => allowKey(folder, 'nonsense', 'read', '')).toThrow(/public key has 40 characters of Z85, got 8/);
    const bad: number[] = [];
    const text = `${readFileSync(allowFileOf(folder), 'utf8')}\nadmin ${publicKey} x\nread short y\n`;
    expect(parseAllowList(text, (line) => bad.push(line))).toHaveLength(1);
    expect(bad).toEqual([4, 5]);
  });
});

it('makes keys that can stand on a command line: none begins like an option', () => {
  const folder = temporaryFolder();
  // One key in 85 would: of 600, hardly ever none.
  const keys = Array.from({ length: 600 }, (_, i) => newKeyPair(folder, `client-${i}`).pair.publicKey);
  expect(keys.filter((key) => key.startsWith('-'))).toEqual([]);
  expect(new Set(keys).size).toBe(600);
});
