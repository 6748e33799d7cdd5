import { messageOf } from '../core/errors.js';
import { ENGINE_KINDS } from './engine-kinds.js';
import type { EngineName } from './engine-names.js';
import { type EngineSpeed, measureSpeed } from './measure-speed.js';
import { createProven } from './prove.js';

/** What a try of one engine on this machine gave. */
export interface EngineProbe {
  readonly name: EngineName;
  /** Whether its library is installed and can be loaded. */
  readonly found: boolean;
  readonly usable: boolean;
  /** Why it is not usable and what to do; absent where it is. */
  readonly reason?: string;
  /** Version of the library that computes; absent where it is not found. */
  readonly version?: string;
  /** Milliseconds that loading and proving took, or finding out that there is nothing to load. */
  readonly probeMs: number;
  /** On a small probe, with as many threads as the engine takes by itself; absent where it is not usable. */
  readonly speed?: EngineSpeed;
}

/** Tries one engine in this thread: creates it, proves that it computes, and measures its speed. Never throws. */
export async function probeEngine(name: EngineName): Promise<EngineProbe> {
  const startedAt = performance.now();
  let found: { found: boolean; version?: string } = { found: false };
  try {
    const absent = await ENGINE_KINDS[name].absent?.();
    if (absent !== undefined) return { name, ...found, usable: false, reason: absent, probeMs: performance.now() - startedAt };
    found = { found: true, version: await ENGINE_KINDS[name].version() };
    const engine = await createProven(name, {});
    const probeMs = performance.now() - startedAt;
    try {
      return { name, ...found, usable: true, probeMs, speed: await measureSpeed(engine) };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { name, ...found, usable: false, reason: messageOf(error), probeMs: performance.now() - startedAt };
  }
}
