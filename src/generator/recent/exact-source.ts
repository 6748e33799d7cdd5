import { ModelError } from '../../core/errors.js';
import type { Origin, Sample } from '../../core/sample.js';
import type { Stats, SyntheticElement, SyntheticSource } from '../../core/source.js';
import type { ClipGenerator } from '../clip-generator.js';
import type { GeneratedClip } from '../gate/clip-quality.js';
import { GATE_PATIENCE, type Gate } from '../gate/gate.js';
import { createRateWindow } from './rate-window.js';

/** The generator behind an exact source, its profile and its gate. */
export interface ExactSourceOptions {
  /** Makes the clips; stays open when the source closes. */
  readonly generator: ClipGenerator;
  /** The profile of the stream. Must not keep or change the clip. */
  readonly toSample: (clip: GeneratedClip, origin: Origin) => Sample | Promise<Sample>;
  /** Which clips become samples. Its thresholds must stay as they are while the stream runs. Default: all. */
  readonly gate?: Pick<Gate, 'meets'>;
}

/** Synthetic samples by the number of their element, for streams that can be repeated. */
export interface ExactSource extends SyntheticSource {
  read(elements: readonly SyntheticElement[], signal: AbortSignal): Promise<readonly Sample[]>;
  /** generator.clips, .clipsPerSecond (last 10 s), .rejected, .busy. */
  stats(): Stats;
  /** Reads under way reject with CLOSED; idempotent. */
  close(): void;
}

/** Indices of further attempts lie so far apart: above the number of any element. */
const ATTEMPT_STRIDE = 2 ** 40;

/**
 * Makes synthetic samples on demand: element k gets clip k of the generator, which is a pure function of (model, settings, seed, k,
 * class); where the gate rejects it, clip k + a * 2^40 of the a-th further attempt, and the 20th whatever it is. Elements that are
 * read together are made together in their order, so that the groups, and with them the bits, are the same each time. Nothing is
 * made ahead, kept or handed out twice.
 */
export function createExactSource({ generator, toSample, gate }: ExactSourceOptions): ExactSource {
  const stop = new AbortController();
  const rate = createRateWindow(10_000);
  let clips = 0;
  let rejected = 0;
  let busy = 0;

  const make = async (elements: readonly SyntheticElement[], signal: AbortSignal): Promise<GeneratedClip[]> => {
    const made = new Array<GeneratedClip>(elements.length);
    let open = elements.map((_, slot) => slot);
    for (let attempt = 0; open.length > 0; attempt++) {
      const indices = open.map((slot) => elements[slot]!.index + attempt * ATTEMPT_STRIDE);
      const labels = open.map((slot) => elements[slot]!.label);
      const group = await generator.generate(labels, indices, signal);
      clips += group.length;
      for (const [i, slot] of open.entries()) made[slot] = group[i]!;
      const isLast = attempt === GATE_PATIENCE;
      open = isLast || !gate ? [] : open.filter((slot) => !gate.meets(made[slot]!));
      rejected += open.length;
    }
    return made;
  };

  return {
    takeFresh: () => undefined,
    takeReplay: () => undefined,
    waitFor: () => Promise.reject(new ModelError('CLOSED', 'an exact source has nothing in stock: read its elements')),
    async read(elements, signal) {
      busy++;
      try {
        const made = await make(elements, AbortSignal.any([signal, stop.signal]));
        rate.add(made.length);
        return await Promise.all(made.map((clip) => toSample(clip, 'synthetic')));
      } finally {
        busy--;
      }
    },
    stats: () => ({
      'generator.clips': clips,
      'generator.clipsPerSecond': rate.perSecond(),
      'generator.rejected': rejected,
      'generator.busy': busy > 0,
    }),
    close() {
      stop.abort(new ModelError('CLOSED', 'the synthetic source is closed: no more samples come from it'));
    },
  };
}
