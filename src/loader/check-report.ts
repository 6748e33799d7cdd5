/** What `skelmix check` found in a data set. */
export interface CheckReport {
  readonly spec: string;
  readonly name: string;
  readonly layout: string;
  readonly joints: number;
  readonly fps: number;
  /** Clips and files that were looked at. */
  readonly files: number;
  /** Clips that can be used. */
  readonly clips: number;
  readonly frames: { readonly total: number; readonly min: number; readonly median: number; readonly max: number };
  /** Clips by number of persons. */
  readonly persons: readonly { readonly persons: number; readonly clips: number }[];
  /** Usable clips of each split. */
  readonly splits: readonly { readonly name: string; readonly clips: number }[];
  /** Usable clips of each class, in all and in each split. */
  readonly classes: readonly {
    readonly label: number;
    readonly name: string;
    readonly clips: number;
    readonly splits: Readonly<Record<string, number>>;
  }[];
  /** What can't be used, and why. */
  readonly bad: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** What is odd and used all the same. */
  readonly flaws: readonly { readonly id: string; readonly flaw: string }[];
  /** What the data set's own rules leave out. */
  readonly leftOut: readonly { readonly reason: string; readonly clips: number }[];
}
