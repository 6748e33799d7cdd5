import type { RecordingsOptions } from '../open-options.js';
import { openJhmdb } from './jhmdb.js';
import { openNwUcla } from './nw-ucla.js';
import type { Recordings } from './recordings.js';
import { openSbu } from './sbu.js';
import { openUtdMhad } from './utd-mhad.js';

type Opener = (path: string, options: RecordingsOptions) => Promise<Recordings>;

/** A reader of recordings whose items are its own: nobody else gives it any. */
const opener =
  <Item extends Recordings['items'][number]>(
    open: (path: string, options: RecordingsOptions) => Promise<Recordings<Item>>,
  ): Opener =>
  (path, options) =>
    open(path, options) as unknown as Promise<Recordings>;

/** Recorded data sets by the name in their spec. */
export const RECORDED: Readonly<Record<string, Opener>> = {
  jhmdb: opener(openJhmdb),
  'nw-ucla': opener(openNwUcla),
  sbu: opener(openSbu),
  'utd-mhad': opener(openUtdMhad),
};
