import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export type Kind = 'tcp' | 'ipc' | 'inproc';

export const KINDS: readonly Kind[] = ['tcp', 'ipc', 'inproc'];

let names = 0;

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skx-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An address of its own for a server of this test. */
export function freshAddress(kind: Kind): string {
  if (kind === 'tcp') return 'tcp://127.0.0.1:0';
  return kind === 'ipc' ? `ipc://${join(temporaryFolder(), 'stream.sock')}` : `inproc://test-${process.pid}-${++names}`;
}
