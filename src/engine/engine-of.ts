import { ModelError } from '../core/errors.js';
import type { CompiledFunction, Engine, NamedArray, Shape, Tensors } from './engine.js';
import { checkDeclarations, checkFeeds } from './feeds.js';

/** A function to compile, checked and with its defaults filled in. */
export interface CompileRequest {
  readonly name: string;
  readonly fn: (tensors: Tensors) => Tensors;
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly constants: Readonly<Record<string, NamedArray>>;
}

/** A function made ready by one kind of engine. */
export interface Program {
  readonly outputs: Readonly<Record<string, Shape>>;
  /** @param feeds exactly the declared inputs, already checked */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * An engine from the one thing that differs between engines: how a function is made ready. Adds what all share: checks of
 * names and lengths, and a release that waits for the runs under way.
 */
export function engineOf(name: string, prepare: (request: CompileRequest) => Promise<Program>): Engine {
  const compiled = new Set<CompiledFunction>();
  let closed = false;
  return {
    name,
    async compile(fn, inputs, options = {}) {
      if (closed) throw new ModelError('CLOSED', `the engine ${name} is closed; create another one`);
      const request = {
        name: options.name ?? (fn.name || 'function'),
        fn,
        inputs: { ...inputs },
        constants: options.constants ?? {},
      };
      checkDeclarations(request.name, request.inputs, request.constants);
      const program = await prepare(request);
      const made = guarded(request, program, () => compiled.delete(made));
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

function guarded({ name, inputs }: CompileRequest, program: Program, onRelease: () => void): CompiledFunction {
  const running = new Set<Promise<unknown>>();
  let released: Promise<void> | undefined;
  return {
    name,
    inputs,
    outputs: program.outputs,
    async run(feeds) {
      if (released) throw new ModelError('CLOSED', `${name} was released and can't run; compile it again`);
      checkFeeds(name, inputs, feeds);
      const run = program.run(feeds);
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
      }
    },
    release() {
      released ??= Promise.allSettled(running).then(() => {
        onRelease();
        return program.release();
      });
      return released;
    },
  };
}
