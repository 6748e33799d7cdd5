import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { curveOf } from '../../src/cli/endpoint-option.js';
import { runInProcess } from '../support/run-in-process.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'skelmix-keys-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'keys');
}

it('keys are made, allowed in a role, and listed', async () => {
  const keys = folder();
  const made = await runInProcess(['keys', 'new', 'gpu-0', '--keys', keys]);
  const key = made.stdout.trim();
  expect(readFileSync(join(keys, 'gpu-0.key'), 'utf8')).toContain(`public ${key}\nsecret `);
  expect(made.stderr).toContain(`skelmix keys allow '${key}' --name gpu-0`);
  await runInProcess(['keys', 'allow', key, '--role', 'control', '--name', 'gpu 0', '--keys', keys]);
  const listed = await runInProcess(['keys', 'list', '--json', '--keys', keys]);
  expect(JSON.parse(listed.stdout)).toEqual([{ key, role: 'control', name: 'gpu 0' }]);
  expect(await runInProcess(['keys', 'new', 'gpu-0', '--keys', keys])).toMatchObject({ code: 2 });
  const wrong = await runInProcess(['keys', 'allow', key, '--role', 'root', '--keys', keys]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('expected read or control') });
  const curve = await curveOf({ key: join(keys, 'gpu-0.key'), serverKey: key });
  expect(curve).toMatchObject({ publicKey: key, serverKey: key });
  expect(await curveOf({})).toBeUndefined();
  await expect(curveOf({ serverKey: key })).rejects.toMatchObject({ code: 'CONFIG_CONFLICT' });
});
