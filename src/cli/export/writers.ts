import type { ClipWriter } from './exported-clips.js';
import { writeCtrgcnNpz } from './write-ctrgcn-npz.js';
import { writePysklPkl } from './write-pyskl-pkl.js';
import { writeSkelmixNpz } from './write-skelmix-npz.js';

/** Names of the forms that clips are written in. */
export const CLIP_FORMATS = ['npz', 'ctrgcn-npz', 'pyskl-pkl'] as const;
export type ClipFormat = (typeof CLIP_FORMATS)[number];

/** What writes each form. */
export const CLIP_WRITERS: Readonly<Record<ClipFormat, ClipWriter>> = {
  npz: writeSkelmixNpz,
  'ctrgcn-npz': writeCtrgcnNpz,
  'pyskl-pkl': writePysklPkl,
};
