import type { Feedback, FeedbackKind, Stats } from '../../core/source.js';

/** The last word of trainers on each class, for the statistics. */
export class FeedbackBook {
  private readonly latest = new Map<FeedbackKind, (number | null)[]>();
  private count = 0;
  private step = 0;

  /** Takes over the values that are there; classes without one keep theirs. */
  add({ kind, values, step }: Feedback): void {
    const kept = this.latest.get(kind) ?? [];
    this.latest.set(
      kind,
      values.map((value, label) => value ?? kept[label] ?? null),
    );
    this.count++;
    this.step = step;
  }

  /** `feedback.count`, `.step`, and for each class with a value `feedback.loss.c3`. */
  stats(): Stats {
    if (this.count === 0) return {};
    const byClass: [string, number][] = [];
    for (const [kind, values] of this.latest)
      for (const [label, value] of values.entries()) if (value !== null) byClass.push([`feedback.${kind}.c${label}`, value]);
    return { 'feedback.count': this.count, 'feedback.step': this.step, ...Object.fromEntries(byClass) };
  }
}
