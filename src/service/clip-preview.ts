import { LRUCache } from 'lru-cache';
import type { Batch } from '../core/batch.js';
import type { Clip } from '../core/clip.js';
import { ConfigError } from '../core/errors.js';
import type { GuidanceScales } from '../core/guidance-scales.js';
import { type GeneratedClip, parseClipId, parseSettings, type SamplingSettings, settingsText } from '../generator/index.js';
import type { Dataset } from '../loader/index.js';
import type { ClipEntry, ClipViews, ShownClip, ShownOrigin } from '../panel/index.js';
import { type ThinClip, thinClip } from './thin-clip.js';

/** Memory for generated clips, and for recordings that were looked at. */
const MAX_BYTES = 16_000_000;
/** Clips of one class and origin that can be chosen from. */
const PER_CLASS = 8;

/** Where the clips of a stream come from. */
export interface ClipOrigins {
  readonly dataset: Pick<Dataset, 'items' | 'classes' | 'read'>;
  /** Makes a generated clip again; null where nothing is synthesised. */
  readonly maker: ClipRepeater | null;
}

/** What makes the generated clips of a stream. */
export interface ClipRepeater {
  /** The parts of an id that all of its clips share. */
  readonly identity: { readonly model: string; readonly settings: string; readonly seed: number };
  /** @param scales those that the clip was made under */
  make(label: number, index: number, scales: GuidanceScales, signal?: AbortSignal): Promise<GeneratedClip>;
}

/** Keeps what a page may want to look at, and fetches the rest when it is looked at. */
export interface ClipPreview extends ClipViews {
  /** Says where the clips come from; before that there is nothing to see. */
  attach(origins: ClipOrigins): void;
  /** Keeps a thinned copy of a generated clip. */
  keep(clip: GeneratedClip): void;
  /** Notes which recordings a batch holds; nothing of its values is kept. */
  note(batch: Pick<Batch, 'y' | 'origin' | 'ids' | 'madeAtMs'>): void;
}

const bytesOf = ({ keypoint, id }: ShownClip): number => keypoint.byteLength + 2 * id.length + 256;

function shown(clip: Clip, origin: ShownOrigin, seenAtMs: number | null, quality?: GeneratedClip['quality']): ShownClip {
  const { id, label, provenance } = clip;
  const thin: ThinClip = thinClip(clip);
  const sampling = provenance.kind === 'generated' ? parseSettings(provenance.settings) : undefined;
  return {
    ...{ id, label, origin, seenAtMs, ...thin, provenance },
    ...(sampling === undefined ? {} : { sampling: { ...sampling } }),
    ...(quality === undefined ? {} : { quality: { ...quality } }),
  };
}

function largestDifference(a: ShownClip, b: ShownClip): number {
  if (a.keypoint.length !== b.keypoint.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [i, value] of a.keypoint.entries()) largest = Math.max(largest, Math.abs(value - b.keypoint[i]!));
  return largest;
}

/** The settings of a clip's id, where they are a stream's own but for the scales, which may be changed while it runs. */
function settingsOf(text: string, own: string): SamplingSettings | undefined {
  try {
    const [asked, usual] = [parseSettings(text), parseSettings(own)];
    const { classifierFreeScale, classifierScale } = usual;
    return settingsText({ ...asked, classifierFreeScale, classifierScale }) === own ? asked : undefined;
  } catch {
    return undefined;
  }
}

/** The recordings of each class that were handed out last. */
function createSeenIds(): { note(label: number, id: string, t: number): void; of(label: number): { id: string; t: number }[] } {
  const seen = new Map<number, { id: string; t: number }[]>();
  return {
    note(label, id, t) {
      const own = seen.get(label) ?? [];
      if (own.length === 0) seen.set(label, own);
      own.push({ id, t });
      if (own.length > PER_CLASS) own.shift();
    },
    of: (label) => [...(seen.get(label) ?? [])].reverse(),
  };
}

/**
 * A preview that costs next to nothing while nobody looks: ids of recordings are noted, and they are read anew when they are
 * looked at; generated clips are copied when they are made, 8 of each class and 16 MB at most.
 */
export function createClipPreview(): ClipPreview {
  const seen = createSeenIds();
  const made = new Map<number, string[]>();
  const generated = new LRUCache<string, ShownClip>({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
  const recorded = new LRUCache<string, ShownClip>({ maxSize: MAX_BYTES, sizeCalculation: bytesOf });
  let origins: ClipOrigins | undefined;
  let indexOf: Map<string, number> | undefined;
  let making = false;

  const itemIndex = (id: string): number | undefined => {
    indexOf ??= new Map((origins?.dataset.items ?? []).map((item, index) => [item.id, index]));
    return indexOf.get(id);
  };
  const realEntries = (label: number): ClipEntry[] => {
    const handedOut = seen.of(label).filter(({ id }) => itemIndex(id) !== undefined);
    const others = handedOut.length > 0 ? [] : (origins?.dataset.items.filter((item) => item.label === label) ?? []);
    return [
      ...handedOut.map(({ id, t }) => ({ id, label, origin: 'real' as const, seenAtMs: t })),
      ...others.slice(0, PER_CLASS).map(({ id }) => ({ id, label, origin: 'real' as const, seenAtMs: null })),
    ];
  };
  const syntheticEntries = (label: number): ClipEntry[] =>
    [...(made.get(label) ?? [])].reverse().flatMap((id) => {
      const clip = generated.peek(id);
      return clip ? [{ id, label, origin: 'synthetic' as const, seenAtMs: clip.seenAtMs }] : [];
    });

  return {
    attach(given) {
      origins = given;
      indexOf = undefined;
    },
    keep(clip) {
      const { quality, ...rest } = clip;
      generated.set(clip.id, shown(rest, 'synthetic', Date.now(), quality));
      const ids = made.get(clip.label) ?? [];
      if (ids.length === 0) made.set(clip.label, ids);
      ids.push(clip.id);
      if (ids.length > PER_CLASS) generated.delete(ids.shift()!);
    },
    note({ y, origin, ids, madeAtMs }) {
      for (let n = 0; n < ids.length; n++) if (origin[n] === 0) seen.note(y[n]!, ids[n]!, madeAtMs);
    },
    list: (origin, label) => (origin === 'real' ? realEntries(label) : syntheticEntries(label)),
    async find(id) {
      const known = generated.get(id) ?? recorded.get(id);
      if (known) return known;
      const index = itemIndex(id);
      if (index === undefined || !origins) return undefined;
      const clip = shown(await origins.dataset.read(index), 'real', null);
      recorded.set(id, clip);
      return clip;
    },
    async regenerate(id, signal) {
      const asked = parseClipId(id);
      if (!asked)
        throw new ConfigError('CONFIG_INVALID', `${id} is not the id of a generated clip, so it can't be made again`, {
          details: { id },
        });
      const { label, index } = asked;
      const maker = origins?.maker;
      const own = maker?.identity;
      const ownText = own ? `${own.model}, ${own.settings}, seed ${own.seed}` : 'it has no generator';
      const settings = own && settingsOf(asked.settings, own.settings);
      if (!maker || !settings || own.model !== asked.model || own.seed !== asked.seed)
        throw new ConfigError(
          'CONFIG_CONFLICT',
          `${id} was made by another model, with other settings or another seed than this stream's (${ownText}): start a server with those`,
          { details: { id } },
        );
      if (label >= (origins?.dataset.classes.length ?? 0))
        throw new ConfigError('CONFIG_INVALID', `${id} is of class ${label}, which this stream does not have`, {
          details: { id },
        });
      if (making) throw new ConfigError('CONFIG_CONFLICT', 'another clip is being made again: wait for it', { details: { id } });
      making = true;
      try {
        const before = generated.peek(id);
        const scales = { classifierFree: settings.classifierFreeScale, classifier: settings.classifierScale };
        const { quality, ...clip } = await maker.make(label, index, scales, signal);
        const again = shown(clip, 'synthetic', before?.seenAtMs ?? null, quality);
        return { clip: again, maxDifference: before ? largestDifference(before, again) : null };
      } finally {
        making = false;
      }
    },
  };
}
