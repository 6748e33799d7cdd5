import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';

/** Clips to write, all of one shape, and what they are. */
export interface ExportedClips {
  /** At least one. */
  readonly clips: readonly Clip[];
  /** Class names by number. */
  readonly classes: readonly string[];
  readonly layout: Layout;
}

/** Writes clips to a file, which appears under its name only when it is complete. */
export type ClipWriter = (path: string, exported: ExportedClips) => Promise<void>;
