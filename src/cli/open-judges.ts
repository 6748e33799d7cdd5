import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Config } from '../config/index.js';
import { ConfigError } from '../core/errors.js';
import { hashKey } from '../core/random.js';
import type { Engine } from '../engine/index.js';
import type { Judge, JudgeKind, StoredEvaluator } from '../evaluation/index.js';
import type { CommandContext } from './command-context.js';
import { judgeKindOf, trainJudge } from './commands/train-evaluator.js';
import type { ReadSubject } from './read-subject.js';

/** What judges are opened with. */
export interface JudgeSources {
  readonly engine: Engine;
  readonly config: Config;
  readonly context: CommandContext;
  /** The split that nets are trained on which are named by their kind. */
  readonly split: string;
  /** Training steps of these; undefined: by kind. */
  readonly steps: number | undefined;
  /** Folds of their cross-fit; 0 leaves it out. */
  readonly folds: number;
  /** Reads a split of the data; a second call of the same split gives the same clips. */
  readonly read: (split: string) => Promise<ReadSubject>;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A net of a kind, trained on the split unless it lies in the user's cache. */
async function cachedJudge(kind: JudgeKind, sources: JudgeSources): Promise<StoredEvaluator> {
  const { JUDGE_DEFAULTS, loadEvaluator } = await import('../evaluation/index.js');
  const { config, context, folds, steps = JUDGE_DEFAULTS[kind].steps } = sources;
  const subject = await sources.read(sources.split);
  const { name, split, digest } = subject.dataset;
  const cache = context.io.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const settings = hashKey(JSON.stringify({ ...JUDGE_DEFAULTS[kind], steps, folds, seed: config.seed })).toString(16);
  const folder = join(cache, 'skelmix', 'evaluators', `${name}-${split.replaceAll('/', '-')}-${digest}-${kind}-${settings}`);
  if (await exists(join(folder, 'evaluator.json'))) return loadEvaluator(folder);
  return trainJudge(kind, subject, folder, config, { steps, folds, resume: true }, sources);
}

/**
 * The judges that a list names: by kind (trained on the judges' split, and kept in the cache), or by the folder of
 * `skelmix train evaluator`.
 *
 * @throws ConfigError CONFIG_INVALID (an unknown kind, one name twice); as `loadEvaluator`; ModelError MODEL_MISMATCH where the
 * data at hand are not those that a judge's folder names
 */
export async function openJudges(names: readonly string[], sources: JudgeSources): Promise<Judge[]> {
  const { assertSameClips, loadEvaluator } = await import('../evaluation/index.js');
  const judges: Judge[] = [];
  for (const given of names) {
    const folder = resolve(sources.context.io.cwd, given);
    const isFolder = /[\\/]/.test(given) || (await exists(join(folder, 'evaluator.json')));
    const trained = isFolder ? await loadEvaluator(folder) : await cachedJudge(await judgeKindOf(given), sources);
    const name = isFolder ? basename(folder) : given;
    if (judges.some((judge) => judge.name === name))
      throw new ConfigError('CONFIG_INVALID', `--judges names two judges "${name}": rename one folder or leave one out`);
    const learnt = await sources.read(trained.dataset.split);
    assertSameClips(`the judge ${name}`, trained.dataset, learnt.dataset);
    judges.push({ name, trained, learntFrom: learnt.clips });
  }
  return judges;
}
