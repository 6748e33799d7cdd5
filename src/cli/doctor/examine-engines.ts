import type { EngineChoice, EngineProbe } from '../../engine/index.js';
import { formatTable } from '../format-table.js';
import type { Finding } from './finding.js';

/** Tries every engine; the texts are the rows of one table. A failure where none that `choice` stands for works. */
export async function* examineEngines(choice: EngineChoice): AsyncGenerator<Finding> {
  const { probeEngines } = await import('../../engine/index.js');
  yield* await engineFindings(choice, await probeEngines());
}

/** Findings from what the tries gave. */
export async function engineFindings(choice: EngineChoice, probes: readonly EngineProbe[]): Promise<Finding[]> {
  const { candidatesOf } = await import('../../engine/index.js');
  const wanted = candidatesOf(choice) ?? [];
  const isServed = probes.some(({ name, usable }) => usable && wanted.includes(name));
  const rows = formatTable(['', '', '', '', '', ''], probes.map(cells)).slice(2);
  return probes.map((probe, i) => {
    const state = probe.usable ? 'ok' : !isServed && wanted.includes(probe.name) ? 'failure' : 'warning';
    return {
      what: `engine ${probe.name}`,
      state,
      text: rows[i]!.trimEnd(),
      probe,
      ...(state === 'failure' ? { exitCode: 4 } : {}),
    };
  });
}

function cells({ found, usable, version, probeMs, speed, reason }: EngineProbe): string[] {
  return [
    found ? 'found' : 'not found',
    usable ? 'usable' : 'unusable',
    version ?? '',
    `${Math.round(probeMs)} ms to load and prove`,
    speed === undefined ? '' : `${speed.runMs.toPrecision(3)} ms a probe, ${speed.gflops.toPrecision(3)} GFLOP/s`,
    reason ?? '',
  ];
}
