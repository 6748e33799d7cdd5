import type { Stats } from '../core/source.js';
import type { PanelSubject } from './panel-subject.js';
import type { Recorder } from './recorder.js';

/** What changes all the time: sent once a second. */
export function liveState({ source, sessions, batches }: PanelSubject, stats: Stats): Readonly<Record<string, unknown>> {
  return {
    stats,
    sessions: sessions(),
    stall: source.stall(),
    classCounts: batches.classes,
    nextSeq: source.nextSeq,
    rev: source.rev,
    settings: source.settings,
  };
}

/** Everything that a page needs to begin: what is streamed, its settings and their last changes, figures, consumers and the kept warnings. */
export function wholeState(
  subject: PanelSubject,
  { lastChanges }: Pick<Recorder, 'lastChanges'>,
): Readonly<Record<string, unknown>> {
  const { source, endpoints, version, log, stats } = subject;
  return {
    version,
    info: source.info,
    classShares: source.classShares ?? null,
    endpoints,
    ...liveState(subject, stats()),
    lastChanges,
    log: log.entries,
  };
}
