import { ConfigError, ModelError, messageOf } from '../core/errors.js';
import { coded } from '../core/log-codes.js';
import { type Logger, silentLogger } from '../core/logger.js';
import type { Engine } from './engine.js';
import { reasonToPassOver } from './engine-kinds.js';
import { candidatesOf, ENGINE_CHOICES, ENGINE_NAMES, type EngineChoice, type EngineName } from './engine-names.js';
import { type FallBack, withFallBack } from './fall-back.js';
import type { Precision } from './onnx/onnx-engine.js';
import { createProven } from './prove.js';

/** Which engine to create, and how. */
export interface SelectEngineOptions {
  /** Default: `auto`, the first of `ENGINE_NAMES` that works here. */
  readonly name?: EngineChoice;
  /** Threads inside one operation, for engines that have them; default: as many as the machine gives this process. */
  readonly threads?: number;
  /** Folder where `onnx` keeps optimized graphs for later processes; default: none. */
  readonly cacheFolder?: string | undefined;
  /** Of weights and arithmetic; only engines on a GPU that run graphs have `float16`. Default: `float32`. */
  readonly precision?: Precision | undefined;
  /** Whether the next engine that works takes over, once, where this one fails later on. Default: true. */
  readonly fallback?: boolean;
  /** Told when another engine took over, after the warning. */
  readonly onFallBack?: (event: FallBack) => void;
  readonly logger?: Logger;
}

/**
 * Creates an engine and proves that it computes, by running a small function. Of several candidates (`auto`, a short name) it
 * takes the first that works, warns of each that fails, and passes over in silence what is not installed or has no device.
 *
 * @throws ConfigError CONFIG_INVALID for an unknown name
 * @throws ModelError BACKEND_UNAVAILABLE, with the reason and what to do, where every candidate fails
 */
export async function selectEngine(options: SelectEngineOptions = {}): Promise<Engine> {
  const { name: choice = 'auto', fallback = true, onFallBack = () => undefined, logger = silentLogger } = options;
  const candidates = candidatesOf(choice);
  if (candidates === undefined) {
    throw new ConfigError('CONFIG_INVALID', `there is no tensor engine '${choice}'; expected ${ENGINE_CHOICES.join(', ')}`);
  }
  const engine = await firstThatWorks(candidates, options);
  const further = ENGINE_NAMES.slice(ENGINE_NAMES.indexOf(engine.name as EngineName) + 1);
  if (!fallback || further.length === 0) return engine;
  return withFallBack(
    engine,
    // Whoever takes over may have no float16, and must go on all the same.
    () => firstThatWorks(further, { ...options, precision: 'float32' }),
    (event) => {
      logger.warn(
        `the tensor engine ${event.from} failed; ${event.to} takes over, from where ${event.from} stood`,
        coded('ENGINE_FELL_BACK', { ...event }),
      );
      onFallBack(event);
    },
  );
}

/** A single candidate is tried whatever speaks against it: its own error says best what is wrong. */
async function firstThatWorks(candidates: readonly EngineName[], options: SelectEngineOptions): Promise<Engine> {
  const { logger = silentLogger } = options;
  const reasons: string[] = [];
  for (const name of candidates) {
    const isLast = name === candidates.at(-1);
    const passedOver = isLast ? undefined : await reasonToPassOver(name);
    if (passedOver !== undefined) {
      logger.debug('a tensor engine is passed over', { engine: name, reason: passedOver });
      continue;
    }
    try {
      return await createProven(name, options);
    } catch (error) {
      if (candidates.length === 1) throw error;
      reasons.push(`${name}: ${messageOf(error)}`);
      if (isLast) break;
      logger.warn(
        'a tensor engine does not work here; trying the next one',
        coded('ENGINE_PASSED_OVER', { engine: name, reason: messageOf(error) }),
      );
    }
  }
  throw new ModelError('BACKEND_UNAVAILABLE', `no tensor engine works here: ${reasons.join('; ')}`, { details: { reasons } });
}
