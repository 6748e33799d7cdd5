import { ModelError } from '../core/errors.js';
import type { InputShape, NamedArray, Shape } from './engine.js';
import type { Program } from './program.js';

/** A program whose outputs of the state's names are its next inputs. */
export interface StatefulProgram {
  /** Shapes of the outputs that are not part of the state. */
  readonly outputs: Readonly<Record<string, InputShape>>;
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
  /** Copies of the state, after the runs that were asked for so far. */
  read(): Promise<Record<string, NamedArray>>;
}

/**
 * Keeps a state between the runs of a program. Two sets of arrays take turns: one is read while the other is written, so a run
 * allocates nothing for its state and one that fails leaves the state as it was. Runs wait for each other, in order.
 *
 * @param state start values; copied
 * @throws ModelError WEIGHTS_SHAPE where the program gives back no output of a state's name and shape
 */
export function withKeptState(name: string, program: Program, state: Readonly<Record<string, NamedArray>>): StatefulProgram {
  const names = Object.keys(state);
  for (const part of names) checkOutput(name, part, state[part]!.shape, program.outputs[part]);
  let current: Record<string, Float32Array> = mapped(state, ({ data }) => data.slice());
  let spare: Record<string, Float32Array> = mapped(current, (data) => new Float32Array(data.length));
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => T | Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    outputs: Object.fromEntries(Object.entries(program.outputs).filter(([output]) => !Object.hasOwn(state, output))),
    run: (feeds) =>
      inOrder(async () => {
        const results = await program.run({ ...feeds, ...current }, spare);
        const next: Record<string, Float32Array> = {};
        for (const part of names) {
          next[part] = results[part]!;
          delete results[part];
        }
        [current, spare] = [next, current];
        return results;
      }),
    read: () => inOrder(() => mapped(current, (data, part) => ({ shape: state[part]!.shape, data: Float32Array.from(data) }))),
  };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

function checkOutput(name: string, part: string, expected: Shape, got: InputShape | undefined): void {
  if (got?.length === expected.length && got.every((dim, axis) => dim === expected[axis])) return;
  throw new ModelError(
    'WEIGHTS_SHAPE',
    `${name} keeps the state '${part}' of shape [${expected}] but returns ${got === undefined ? 'no such output' : `[${got}]`}; ` +
      'return the next value of each state under its name',
    { details: { function: name, state: part, expected, got } },
  );
}
