import type { RecordingsOptions } from '../open-options.js';
import { openBandaiNamco } from './bandai-namco.js';
import { openCtrgcn } from './ctrgcn.js';
import { openJhmdb } from './jhmdb.js';
import { openKinetics } from './kinetics.js';
import { openMsrAction3d } from './msr-action3d.js';
import { openNtu } from './ntu.js';
import { openNwUcla } from './nw-ucla.js';
import { openPyskl } from './pyskl.js';
import type { Recordings } from './recordings.js';
import { openSbu } from './sbu.js';
import { openSkelmixNpz } from './skelmix-npz.js';
import { openStgcn } from './stgcn.js';
import { openUtdMhad } from './utd-mhad.js';
import { openUtkinect } from './utkinect.js';

/** Opens the recordings at a path. */
export type RecordingsOpener = (path: string, options: RecordingsOptions) => Promise<Recordings>;

/** An opener whose items are its own: nobody else gives it any. */
const opener =
  <Item extends Recordings['items'][number]>(
    open: (path: string, options: RecordingsOptions) => Promise<Recordings<Item>>,
  ): RecordingsOpener =>
  (path, options) =>
    open(path, options) as unknown as Promise<Recordings>;

/** Recorded data sets by the name in their spec. */
export const RECORDED: Readonly<Record<string, RecordingsOpener>> = {
  'bandai-namco': opener(openBandaiNamco),
  ctrgcn: opener(openCtrgcn),
  jhmdb: opener(openJhmdb),
  kinetics: opener(openKinetics),
  'msr-action3d': opener(openMsrAction3d),
  npz: opener(openSkelmixNpz),
  ntu60: opener((path, options) => openNtu(60, path, options)),
  ntu120: opener((path, options) => openNtu(120, path, options)),
  'nw-ucla': opener(openNwUcla),
  pyskl: opener(openPyskl),
  sbu: opener(openSbu),
  stgcn: opener(openStgcn),
  utkinect: opener(openUtkinect),
  'utd-mhad': opener(openUtdMhad),
};

/** The opener and the path that a spec `NAME:PATH` names; undefined for anything else. */
export function recordingsOf(spec: string): { readonly open: RecordingsOpener; readonly path: string } | undefined {
  const colon = spec.indexOf(':');
  const name = spec.slice(0, Math.max(0, colon));
  const open = Object.hasOwn(RECORDED, name) ? RECORDED[name] : undefined;
  const path = spec.slice(colon + 1);
  return open && path !== '' ? { open, path } : undefined;
}
