/** Which clips were taken of a split of which not all are used. */
export interface Subset {
  /** Most clips of a class. */
  readonly clipsPerClass: number;
  readonly seed: number;
}
