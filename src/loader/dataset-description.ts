/** What `skelmix inspect` shows of a data set. */
export interface DatasetDescription {
  readonly name: string;
  readonly simulated: boolean;
  readonly split: string;
  /** Number of clips in each split. */
  readonly splits: readonly { readonly name: string; readonly clips: number }[];
  readonly clips: number;
  /** Readable clips of each class. */
  readonly classes: readonly { readonly label: number; readonly name: string; readonly clips: number }[];
  readonly subjects: readonly { readonly name: string; readonly clips: number }[];
  /** Frames of the readable clips. */
  readonly frames: { readonly total: number; readonly min: number; readonly median: number; readonly max: number };
  readonly fps: number;
  readonly layout: string;
  readonly joints: number;
  /** Smallest and largest coordinate of each axis, in the layout's units. */
  readonly range: readonly { readonly axis: string; readonly min: number; readonly max: number }[];
  readonly badClips: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}
