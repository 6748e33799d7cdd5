import { ModelError, messageOf, SkelmixError } from '../core/errors.js';
import type { CompiledFunction, CompileOptions, Engine, InputShape, Tensors } from './engine.js';

/** That one engine took over from another. */
export interface FallBack {
  readonly from: string;
  readonly to: string;
  /** Name of the function that failed. */
  readonly function: string;
  /** What it failed with. */
  readonly reason: string;
}

/**
 * An engine that replaces itself, once, where it fails. When a function fails inside the engine (not for its feeds, and not for
 * what it is made of), another engine is created, the function is compiled on it, its state is taken over as the last good run
 * left it, and the run is repeated; every other function moves at its next run. A second failure is final.
 *
 * `name` is that of the engine that computes now. Errors of `compile` and `run` are those of the engines, and
 * ModelError BACKEND_UNAVAILABLE where the second one fails or there is none: with both names and both reasons.
 *
 * @param first closed with the result
 * @param createNext the engine that takes over; asked at most once
 * @param onFallBack told when it did
 */
export function withFallBack(first: Engine, createNext: () => Promise<Engine>, onFallBack: (event: FallBack) => void): Engine {
  let failure: { readonly function: string; readonly reason: string } | undefined;
  let second: Engine | undefined;
  let replacing: Promise<Engine> | undefined;
  let closing: Promise<void> | undefined;

  const twice = (name: string, on: string, error: unknown): ModelError =>
    new ModelError(
      'BACKEND_UNAVAILABLE',
      `${name} can't run on ${on} either: ${messageOf(error)}. ` +
        `Before, ${failure!.function} failed on the engine ${first.name}: ${failure!.reason}`,
      { cause: error, details: { function: name, engines: [first.name, on], reasons: [failure!.reason, messageOf(error)] } },
    );

  const replace = async (name: string, error: unknown): Promise<Engine> => {
    failure = { function: name, reason: messageOf(error) };
    const engine = await createNext();
    second = engine;
    onFallBack({ from: first.name, to: engine.name, ...failure });
    return engine;
  };
  /** The engine to go on with after a failure on `on`. */
  const successor = async (name: string, on: Engine, error: unknown): Promise<Engine> => {
    if (!isEngineFailure(error) || closing !== undefined) throw error;
    if (on !== first) throw twice(name, on.name, error);
    replacing ??= replace(name, error);
    return replacing.catch((none: unknown) => {
      throw twice(name, 'another engine', none);
    });
  };

  return {
    get name() {
      return (second ?? first).name;
    },
    async compile(fn, inputs, options = {}) {
      const name = options.name ?? (fn.name || 'function');
      const on = second ?? first;
      try {
        return movable({ on, made: await on.compile(fn, inputs, options) }, name, fn, inputs, options);
      } catch (error) {
        const engine = await successor(name, on, error);
        const made = await engine.compile(fn, inputs, options).catch((again: unknown) => {
          throw twice(name, engine.name, again);
        });
        return movable({ on: engine, made }, name, fn, inputs, options);
      }
    },
    close() {
      closing ??= (async () => {
        const next = await replacing?.catch(() => undefined);
        await Promise.all([first.close(), next?.close()]);
      })();
      return closing;
    },
  };

  function movable(
    start: { readonly on: Engine; readonly made: CompiledFunction },
    name: string,
    fn: (tensors: Tensors) => Tensors,
    inputs: Readonly<Record<string, InputShape>>,
    options: CompileOptions,
  ): CompiledFunction {
    let held = start;
    let released = false;
    let moving: Promise<void> | undefined;
    let last: Promise<unknown> = Promise.resolve();
    const keepsState = Object.keys(options.state ?? {}).length > 0;
    /** A run that is repeated must not be overtaken by the next one, which would read the old state. */
    const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
      if (!keepsState) return work();
      const done = last.then(work);
      last = done.catch(() => undefined);
      return done;
    };
    const move = async (engine: Engine): Promise<void> => {
      const former = held.made;
      try {
        const state = keepsState ? { state: await former.state() } : {};
        held = { on: engine, made: await engine.compile(fn, inputs, { ...options, ...state }) };
      } catch (error) {
        throw twice(name, engine.name, error);
      }
      // What failed may fail at this as well: nothing depends on it.
      void former.release().catch(() => undefined);
    };
    const moveTo = (engine: Engine): Promise<void> => {
      moving ??= move(engine);
      return moving;
    };
    const run = async (feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>> => {
      if (second !== undefined && held.on === first && !released) await moveTo(second);
      const { on, made } = held;
      try {
        return await made.run(feeds);
      } catch (error) {
        if (released) throw error;
        await moveTo(await successor(name, on, error));
        return held.made.run(feeds).catch((again: unknown) => {
          throw isEngineFailure(again) ? twice(name, held.on.name, again) : again;
        });
      }
    };
    return {
      name,
      inputs: start.made.inputs,
      outputs: start.made.outputs,
      run: (feeds) => inOrder(() => run(feeds)),
      state: () => inOrder(() => held.made.state()),
      async release() {
        released = true;
        await moving?.catch(() => undefined);
        await held.made.release();
      },
    };
  }
}

/** Whether the engine is at fault, and not what it was given. Libraries throw errors of their own kind. */
function isEngineFailure(error: unknown): boolean {
  return !(error instanceof SkelmixError) || error.code === 'BACKEND_UNAVAILABLE';
}
