import type { BatchSource } from '../core/source.js';

/** The members of a source that others may stand in for. */
export type SourceOverrides = Partial<Pick<BatchSource, 'next' | 'set' | 'stats' | 'stall'>>;

/** A source that hands everything on to another one, but for the given members. What that one lacks, this one lacks too. */
export function overrideSource(source: BatchSource, overrides: SourceOverrides): BatchSource {
  const { restart, guardChanges, feedback } = source;
  return {
    info: source.info,
    get settings() {
      return source.settings;
    },
    get rev() {
      return source.rev;
    },
    get nextSeq() {
      return source.nextSeq;
    },
    get changeSeq() {
      return source.changeSeq ?? source.nextSeq;
    },
    ...(source.classShares ? { classShares: source.classShares } : {}),
    next: overrides.next ?? ((signal) => source.next(signal)),
    recycle: (batch) => source.recycle?.(batch),
    set: overrides.set ?? ((key, value, by, ifRev) => source.set(key, value, by, ifRev)),
    onChange: (listener) => source.onChange(listener),
    stall: overrides.stall ?? (() => source.stall()),
    stats: overrides.stats ?? (() => source.stats()),
    // Only where the source can: whoever asks looks whether they are there.
    ...(restart ? { restart: restart.bind(source) } : {}),
    ...(guardChanges ? { guardChanges: guardChanges.bind(source) } : {}),
    ...(feedback ? { feedback: feedback.bind(source) } : {}),
  };
}
