import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource, LiveSettings } from '../core/source.js';
import { type Journal, openJournal } from '../transport/index.js';

/**
 * The journal that a configuration asks for.
 *
 * @throws ConfigError CONFIG_INVALID, CONFIG_CONFLICT as `openJournal`
 */
export function openServiceJournal({ serve }: Config, { info, settings }: BatchSource, logger: Logger): Journal | undefined {
  if (serve.journal === undefined) return undefined;
  const journal = openJournal(serve.journal, { configHash: info.configHash, settings }, { logger });
  const { found } = journal;
  if (found)
    logger.info(
      `going on from the journal in ${serve.journal}: ${found.changes.length} live changes, ` +
        `${found.progress.get('share')?.mark ?? 0} batches processed`,
    );
  return journal;
}

/** Settings that a configuration states and that count anew where it states others than before. A ratio would end the schedule. */
const STATED = ['ratio', 'schedule', 'classWeights'] as const;

/**
 * Where a server is started with other settings (ratio, schedule, class weights) than the one whose journal it goes on with,
 * the new ones count from here on. The same as before leave what was changed meanwhile.
 *
 * @param stated the live settings that the configuration begins with
 */
export function takeOverSettings(stated: LiveSettings, source: BatchSource, journal: Journal | undefined): void {
  const found = journal?.found;
  if (!found) return;
  const text = (value: unknown): string => JSON.stringify(value ?? null);
  let ended = false;
  for (const key of STATED) {
    const latest = found.changes.findLast((change) => change.key === key && change.by === CONFIGURATION);
    const before = latest ? latest.value : found.settings[key];
    const isOld = text(before) === text(stated[key]) && !(ended && key === 'schedule' && stated.schedule);
    if (isOld) continue;
    source.set(key, stated[key] ?? null, CONFIGURATION);
    ended ||= key === 'ratio';
  }
}

const CONFIGURATION = 'configuration';
