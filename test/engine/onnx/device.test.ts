import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDevice, tryInChild } from '../../../src/engine/onnx/device.js';

describe('the try of a device', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skelmix-device-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const program = (name: string, body: string): URL => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, body);
    return pathToFileURL(path);
  };
  const answer = `process.send({ usable: true, deviceMs: 1, processorMs: 2 }, () => process.disconnect());`;

  it('gives what the child found', async () => {
    expect(await tryInChild('webgpu', 20_000, program('good', answer))).toEqual({ usable: true, deviceMs: 1, processorMs: 2 });
  });

  it.each<[string, string, RegExp]>([
    ['aborts the process', `process.abort();`, /^the try of a device ended with SIG\w+/],
    ['ends it with a message', `console.error('no such driver'); process.exitCode = 3;`, /exit code 3: no such driver$/],
    ['crashes at its end', `${answer} process.on('exit', () => process.abort());`, /^the try of a device ended with SIG\w+/],
  ])('survives a driver that %s', async (name, body, reason) => {
    expect(await tryInChild('webgpu', 20_000, program(name.replaceAll(' ', '-'), body))).toEqual({
      usable: false,
      reason: expect.stringMatching(reason),
    });
  });

  it('does not wait for a driver that never answers', async () => {
    expect(await tryInChild('webgpu', 100, program('hangs', `setInterval(() => undefined, 1000);`))).toEqual({
      usable: false,
      reason: 'the try of a device did not end within 100 ms',
    });
  });

  it('tells which library is missing, where onnxruntime only prints it', async () => {
    const body = `
      console.error('... Failed to load library /x/libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open it\\n[m');
      process.send({ usable: false, reason: 'refused ' + process.argv[2] }, () => process.disconnect());`;
    expect(await tryInChild('cuda', 20_000, program('says', body))).toEqual({
      usable: false,
      reason: 'refused cuda (libcuda.so.1: cannot open it)',
    });
  });

  it('is made once, and gives either the two times or a reason in one line', async () => {
    const device = await findDevice('webgpu');
    expect(await findDevice('webgpu')).toBe(device);
    if (device.usable) expect(Math.min(device.deviceMs, device.processorMs)).toBeGreaterThan(0);
    else expect(device.reason).toMatch(/^\S.*\S$/);
  });
});
