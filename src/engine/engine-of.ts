import { ModelError } from '../core/errors.js';
import { runInChunks } from './chunks.js';
import type { CompiledFunction, Engine, InputShape, NamedArray, Tensors } from './engine.js';
import { checkDeclarations, checkFeeds } from './feeds.js';
import { type StatefulProgram, withKeptState } from './kept-state.js';
import type { Program } from './program.js';

/** A function to compile, checked and with its defaults filled in. */
export interface CompileRequest {
  readonly name: string;
  readonly fn: (tensors: Tensors) => Tensors;
  /** The inputs and, after them, the state. */
  readonly inputs: Readonly<Record<string, InputShape>>;
  readonly constants: Readonly<Record<string, NamedArray>>;
}

/**
 * An engine from the one thing that differs between engines: how a function is made ready. Adds what all share: checks of
 * names and lengths, state that is kept between runs, large runs cut into chunks, and a release that waits for the runs under way.
 */
export function engineOf(engineName: string, prepare: (request: CompileRequest) => Promise<Program>): Engine {
  const compiled = new Set<CompiledFunction>();
  let closed = false;
  return {
    name: engineName,
    async compile(fn, inputs, options = {}) {
      if (closed) throw new ModelError('CLOSED', `the engine ${engineName} is closed; create another one`);
      const { name = fn.name || 'function', constants = {}, state = {} } = options;
      checkDeclarations(name, inputs, { constant: constants, state });
      const stateShapes = Object.fromEntries(Object.entries(state).map(([part, { shape }]) => [part, shape]));
      const program = await prepare({ name, fn, inputs: { ...inputs, ...stateShapes }, constants });
      const made = guarded(name, { ...inputs }, await stateful(name, program, state), async () => {
        compiled.delete(made);
        await program.release();
      });
      compiled.add(made);
      if (closed) await made.release();
      return made;
    },
    async close() {
      closed = true;
      await Promise.all([...compiled].map((made) => made.release()));
    },
  };
}

/** @throws as `withKeptState`, after the program is released */
async function stateful(
  name: string,
  program: Program,
  state: Readonly<Record<string, NamedArray>>,
): Promise<Program | StatefulProgram> {
  if (Object.keys(state).length === 0) return program;
  try {
    return withKeptState(name, program, state);
  } catch (error) {
    await program.release();
    throw error;
  }
}

function guarded(
  name: string,
  inputs: Readonly<Record<string, InputShape>>,
  program: Program | StatefulProgram,
  free: () => Promise<void>,
): CompiledFunction {
  const running = new Set<Promise<unknown>>();
  let held: Program | StatefulProgram | undefined = program;
  let released: Promise<void> | undefined;
  const use = async <T>(work: (program: Program | StatefulProgram) => Promise<T>): Promise<T> => {
    const run = work(held!);
    running.add(run);
    try {
      return await run;
    } finally {
      running.delete(run);
    }
  };
  const assertOpen = (): void => {
    if (released) throw new ModelError('CLOSED', `${name} was released and can't run; compile it again`);
  };
  return {
    name,
    inputs,
    outputs: program.outputs,
    async run(feeds) {
      assertOpen();
      const batch = checkFeeds(name, inputs, feeds);
      return use((program) => (batch === undefined ? program.run(feeds) : runInChunks(program, inputs, feeds, batch)));
    },
    async state() {
      assertOpen();
      return use(async (program) => ('read' in program ? program.read() : {}));
    },
    release() {
      released ??= Promise.allSettled(running).then(() => {
        held = undefined;
        return free();
      });
      return released;
    },
  };
}
