import { workerUrl } from '../core/worker-url.js';
import { askChild } from './ask-child.js';
import { ENGINE_KINDS } from './engine-kinds.js';
import { ENGINE_NAMES, type EngineName } from './engine-names.js';
import type { EngineProbe } from './probe-engine.js';

/** How engines are tried. */
export interface ProbeOptions {
  /** After how long an engine that does not answer is given up. Default: a minute. */
  readonly deadlineMs?: number;
  /** Default: all. */
  readonly names?: readonly EngineName[];
  /** The program that tries one engine, named by its argument, and sends an EngineProbe. */
  readonly file?: URL;
}

/** Longer than the tries of devices that it contains. */
const DEADLINE_MS = 60_000;

/**
 * Tries engines one after the other, the best kind first, each in a process of its own: a library that aborts or never answers
 * costs its own row and nothing else. What is known to be absent is not tried.
 *
 * @throws InternalError where the project is not built
 */
export async function probeEngines(options: ProbeOptions = {}): Promise<EngineProbe[]> {
  const {
    deadlineMs = DEADLINE_MS,
    names = ENGINE_NAMES,
    file = workerUrl(import.meta.url, './probe-engine-child.js'),
  } = options;
  const probes: EngineProbe[] = [];
  for (const name of names) probes.push(await probe(name, file, deadlineMs));
  return probes;
}

async function probe(name: EngineName, file: URL, deadlineMs: number): Promise<EngineProbe> {
  const startedAt = performance.now();
  const absent = await ENGINE_KINDS[name].absent?.();
  const said =
    absent === undefined
      ? await askChild<EngineProbe>(`the try of the engine ${name}`, file, [name], deadlineMs)
      : { reason: absent, answer: undefined };
  if (said.answer !== undefined) return said.answer;
  return { name, found: absent === undefined, usable: false, reason: said.reason, probeMs: performance.now() - startedAt };
}
