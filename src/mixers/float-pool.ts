/** Arrays that are used again, so that a fast stream need not ask for a new megabyte, and have it zeroed, for each batch. */
export interface FloatPool {
  /** An array of the length; its values are whatever they are. */
  take(length: number): Float32Array;
  /** Takes back an array that nobody reads any more. Other lengths, a second return of the same one, and what does not fit are dropped. */
  give(array: Float32Array): void;
}

/**
 * A pool of arrays of one length.
 *
 * @param length the only length that is kept
 * @param most how many arrays are kept at most
 */
export function createFloatPool(length: number, most: number): FloatPool {
  const idle = new Set<Float32Array>();
  return {
    take(wanted) {
      if (wanted !== length) return new Float32Array(wanted);
      for (const array of idle) {
        idle.delete(array);
        return array;
      }
      return new Float32Array(length);
    },
    give(array) {
      if (array.length === length && idle.size < most) idle.add(array);
    },
  };
}
