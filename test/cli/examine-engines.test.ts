import { describe, expect, it } from 'vitest';
import { engineFindings } from '../../src/cli/doctor/examine-engines.js';
import type { EngineProbe } from '../../src/engine/index.js';

const works: EngineProbe = {
  name: 'onnx-cpu',
  found: true,
  usable: true,
  version: '1.30.0',
  probeMs: 131.4,
  speed: { runMs: 1.2345, gflops: 85.21 },
};
const lacks: EngineProbe = { name: 'onnx-cuda', found: false, usable: false, reason: 'it is not set up', probeMs: 0.6 };

describe('the engines of skelmix doctor', () => {
  it('are the rows of one table, with the tries themselves for programs', async () => {
    const findings = await engineFindings('auto', [lacks, works]);
    expect(findings.map(({ what, state, text }) => `${state} ${what}: ${text}`)).toEqual([
      `warning engine onnx-cuda: not found  unusable          1 ms to load and prove${' '.repeat(35)}it is not set up`,
      'ok engine onnx-cpu: found      usable    1.30.0  131 ms to load and prove  1.23 ms a probe, 85.2 GFLOP/s',
    ]);
    expect(findings.map(({ probe }) => probe)).toEqual([lacks, works]);
  });

  it.each([
    ['onnx-cuda', 'failure'],
    ['auto', 'warning'],
    ['onnx', 'warning'],
    ['tensorflow', 'warning'],
  ] as const)('are a failure where what is asked for (%s) has none that works: %s', async (choice, state) => {
    expect((await engineFindings(choice, [lacks, works]))[0]).toMatchObject({ state });
  });

  it('of which none works at all are a failure for auto, with the exit code of engines', async () => {
    expect(await engineFindings('auto', [lacks])).toEqual([expect.objectContaining({ state: 'failure', exitCode: 4 })]);
  });
});
