import type { InputShape } from './engine.js';

/** A function made ready by one kind of engine. */
export interface Program {
  readonly outputs: Readonly<Record<string, InputShape>>;
  /** Most rows of one run; default: any number. A run of more is cut into chunks. */
  readonly maxRows?: number | undefined;
  /** Least rows of one run; default: 1. Where there are fewer, the last one is repeated, and its copies are dropped. */
  readonly minRows?: number | undefined;
  /**
   * @param feeds exactly the declared inputs, already checked
   * @param into arrays that the outputs of these names may be written into and returned as, where that spares an allocation
   */
  run(
    feeds: Readonly<Record<string, Float32Array>>,
    into?: Readonly<Record<string, Float32Array>>,
  ): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}
