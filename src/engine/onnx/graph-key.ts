import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { graphProto } from './graph-proto.js';
import { encodeModel } from './model-proto.js';
import type { TracedFunction } from './trace.js';

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
  const proto = graphProto(traced);
  const hash = createHash('sha256').update(
    `${JSON.stringify([version, provider, process.arch, process.platform, processor()])}\n`,
  );
  // Without copying the weights.
  hash.update(
    encodeModel({ ...proto, initializer: proto.initializer.map((tensor) => ({ ...tensor, rawData: new Uint8Array() })) }),
  );
  for (const { rawData } of proto.initializer) hash.update(`\n${rawData.length}\n`).update(rawData);
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
