import type { Config } from '../config/index.js';
import type { Logger } from '../core/logger.js';
import type { BatchSource } from '../core/source.js';
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

/**
 * Where a server is started with another ratio than the one whose journal it goes on with, the new one counts from here on. The
 * same ratio as before leaves what was changed meanwhile.
 */
export function takeOverSettings({ mix }: Config, source: BatchSource, journal: Journal | undefined): void {
  const before = journal?.found?.settings.ratio;
  const latest = journal?.found?.changes.findLast(({ key, by }) => key === 'ratio' && by === CONFIGURATION)?.value;
  if (before === undefined || mix.ratio === (latest ?? before)) return;
  source.set('ratio', mix.ratio, CONFIGURATION);
}

const CONFIGURATION = 'configuration';
