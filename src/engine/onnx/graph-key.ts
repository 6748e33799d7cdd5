import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { TracedFunction } from './trace.js';

/** Counts the ways in which this file has named graphs and `graph-proto.ts` has written them. */
const FORMAT = 1;

/** What an optimized graph depends on beside the graph itself. */
export interface GraphKeyParts {
  /** Of onnxruntime. */
  readonly version: string;
  /** Where it computes. */
  readonly provider: string;
}

/**
 * Names the optimized form of a graph, in 64 hexadecimal digits: equal for equal nodes, shapes, constants, onnxruntime, provider
 * and kind of processor, whatever the number of threads.
 */
export function graphKey(traced: TracedFunction, { version, provider }: GraphKeyParts): string {
  const { graph, inputs, outputs } = traced;
  const machine = [version, provider, process.arch, process.platform, processor()];
  const tensors = graph.initializers.map(({ rawData, ...rest }) => ({ ...rest, bytes: rawData.length }));
  const hash = createHash('sha256').update(
    JSON.stringify([FORMAT, machine, inputs, outputs, graph.nodes, [...graph.types], tensors]),
  );
  for (const { rawData } of graph.initializers) hash.update(rawData);
  return hash.digest('hex');
}

let known: string | undefined;

/** Model of the processor and, where the system tells them, its features: onnxruntime optimizes for them. */
function processor(): string {
  if (known === undefined) {
    known = cpus()[0]?.model ?? '';
    try {
      known += /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
    } catch {
      // Not on linux.
    }
  }
  return known;
}
