import type { Clip } from './clip.js';

/** True where the person is in the frame: any coordinate differs from zero. */
export function isPresent({ keypoint, shape: { T, V, C } }: Clip, person: number, frame: number): boolean {
  const start = (person * T + frame) * V * C;
  for (let i = start; i < start + V * C; i++) if (keypoint[i] !== 0) return true;
  return false;
}
