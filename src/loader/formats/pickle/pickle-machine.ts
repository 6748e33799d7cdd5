import { globalNamed, type PickledGlobal } from './numpy-globals.js';
import type { PickleCursor } from './pickle-cursor.js';

/** The stack, the marks and the memory of a pickle that is being read. */
export class PickleMachine {
  readonly cursor: PickleCursor;
  stopped = false;
  readonly #maxValues: number;
  readonly #memo = new Map<number, unknown>();
  readonly #stacks: unknown[][] = [];
  readonly #globals = new Map<string, PickledGlobal>();
  #stack: unknown[] = [];
  #values = 0;

  constructor(cursor: PickleCursor, maxValues: number) {
    this.cursor = cursor;
    this.#maxValues = maxValues;
  }

  push(value: unknown): void {
    this.#count();
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length === 0)
      this.cursor.unsupported('an instruction needs a value and there is none; the pickle is damaged');
    return this.#stack.pop();
  }

  get top(): unknown {
    if (this.#stack.length === 0)
      this.cursor.unsupported('an instruction needs a value and there is none; the pickle is damaged');
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#count();
    this.#stacks.push(this.#stack);
    this.#stack = [];
  }

  /** The values since the last mark, which goes. */
  popMark(): unknown[] {
    const values = this.#stack;
    this.#stack =
      this.#stacks.pop() ?? this.cursor.unsupported('an instruction needs a mark and there is none; the pickle is damaged');
    return values;
  }

  /** True where there is nothing since the last mark: `POP` then takes the mark away. */
  get atMark(): boolean {
    return this.#stack.length === 0 && this.#stacks.length > 0;
  }

  put(key: number): void {
    this.#count();
    this.#memo.set(key, this.top);
  }

  memoize(): void {
    this.put(this.#memo.size);
  }

  get(key: number): void {
    if (!this.#memo.has(key)) this.cursor.unsupported(`value ${key} is used before it is stored; the pickle is damaged`);
    this.push(this.#memo.get(key));
  }

  global(module: unknown, name: unknown): void {
    const key = `${module} ${name}`;
    let found = this.#globals.get(key);
    if (!found) {
      found = globalNamed(module, name, this.cursor);
      this.#globals.set(key, found);
    }
    this.push(found);
  }

  #count(): void {
    if (++this.#values > this.#maxValues)
      this.cursor.unsupported(`the pickle holds more than the ${this.#maxValues} values that are read from one file`);
  }
}
