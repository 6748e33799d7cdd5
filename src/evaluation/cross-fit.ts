import type { TrainingSubject } from '../generator/training/training-subject.js';
import { createEvaluator } from './evaluator.js';
import type { Judgement } from './judgement.js';
import { accuracyOf } from './metrics/confusion.js';
import { type EvaluatorTraining, trainEvaluator } from './train-evaluator.js';

/** Accuracy of nets on clips of their own split that they did not learn from. */
export interface CrossFit {
  readonly accuracy: number;
  readonly folds: number;
  readonly clips: number;
  /** What the folds keep together: `person`, or `clip` where a data set knows of one person only. */
  readonly by: string;
}

/**
 * Number of the fold of each clip: whole people, dealt out in the order of their names; single clips of each class in turn where
 * there are fewer people than folds.
 */
export function foldsOf(
  labels: readonly number[],
  people: readonly string[],
  folds: number,
): { readonly of: readonly number[]; readonly by: string } {
  const names = [...new Set(people)].sort();
  if (names.length >= folds) return { of: people.map((name) => names.indexOf(name) % folds), by: 'person' };
  const seen = new Map<number, number>();
  const of = labels.map((label) => {
    const n = seen.get(label) ?? 0;
    seen.set(label, n + 1);
    return n % folds;
  });
  return { of, by: 'clip' };
}

/**
 * What the same kind of net, trained alike on all folds but one, makes of the fold that was left out: the honest accuracy on the
 * judge's own split, where the judge itself can't be asked. Checkpoints are not kept.
 *
 * @param people who performs each clip of `subject`, in order
 * @param folds 2 or more
 * @throws as `trainEvaluator`
 */
export async function crossFit(
  subject: TrainingSubject,
  people: readonly string[],
  folds: number,
  options: EvaluatorTraining,
): Promise<CrossFit> {
  const { of, by } = foldsOf(
    subject.clips.map(({ label }) => label),
    people,
    folds,
  );
  const judgements: Judgement[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const clips = subject.clips.filter((_, i) => of[i] !== fold);
    const trained = await trainEvaluator({ ...subject, clips }, { ...options, checkpoint: undefined });
    const evaluator = await createEvaluator(trained, options.engine);
    try {
      judgements.push(...(await evaluator.judge(subject.clips.filter((_, i) => of[i] === fold))));
    } finally {
      await evaluator.close();
    }
  }
  return { accuracy: accuracyOf(judgements), folds, clips: judgements.length, by };
}
