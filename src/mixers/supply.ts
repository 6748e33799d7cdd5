import { setMaxListeners } from 'node:events';
import type { Sample } from '../core/sample.js';
import type { RealSource, SyntheticSource } from '../core/source.js';
import { createPendingReads } from './pending-reads.js';
import type { BatchPlan } from './planner.js';
import { type ShortagePolicy, takeSynthetic } from './shortage-policy.js';

/** The samples of one plan, being fetched. */
export interface Filling {
  /** One sample a slot, in order; at once where nothing has to be waited for. */
  readonly samples: readonly Sample[] | Promise<readonly Sample[]>;
  /** Classes that a fresh synthetic sample is waited for (one entry a slot), and real samples that are being read. */
  readonly waiting: { readonly labels: readonly number[]; readonly reads: number };
  /** How long fresh synthetic samples were waited for so far, ms. */
  readonly generatorWaitMs: number;
  /** Real samples that stand in synthetic slots. */
  readonly substituted: number;
  /** The samples are in a batch: they are not given again. */
  commit(): void;
  /** Stops waiting and keeps the synthetic samples taken so far for the next filling. Without effect after `commit`. */
  cancel(): void;
}

/** Fetches samples for plans, one filling at a time. */
export interface Supply {
  fill(plan: BatchPlan): Filling;
}

const isReady = (answer: Sample | Promise<Sample>): answer is Sample => !(answer instanceof Promise);

/**
 * Fetches the samples of plans from the two sources, one filling at a time. Real reads of a batch start together, before
 * anything is waited for; synthetic slots follow the shortage policy, or where the stream is exact are read by their number in it.
 */
export function createSupply(real: RealSource, synthetic: SyntheticSource | null, policy: ShortagePolicy, exact = false): Supply {
  const main = createPendingReads((index) => real.read(index, 'main'));
  const substitutes = createPendingReads((index) => real.read(index, 'substitute'));
  let nextSubstitute = 0;
  /** Synthetic samples that a cancelled filling had taken, by class. */
  const held = new Map<number, Sample[]>();

  return {
    fill(plan) {
      const { labels } = plan;
      const samples = new Array<Sample>(labels.length);
      const waits: Promise<void>[] = [];
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const wanted: number[] = [];
      let reads = 0;
      let nextReal = plan.firstReal;
      let substituted = 0;
      let done = false;
      const startedAt = performance.now();
      let generatorReadyAt = startedAt;

      const place = (slot: number, answer: Sample | Promise<Sample>): void => {
        if (isReady(answer)) {
          samples[slot] = answer;
          return;
        }
        reads++;
        waits.push(
          answer.then((sample) => {
            samples[slot] = sample;
            reads--;
          }),
        );
      };
      const takeNow = (source: SyntheticSource, label: number): Sample | undefined =>
        held.get(label)?.shift() ?? takeSynthetic(source, policy, label);
      const waitForFresh = async (source: SyntheticSource, slot: number, label: number): Promise<void> => {
        wanted.push(label);
        for (;;) {
          await source.waitFor(label, stop.signal);
          stop.signal.throwIfAborted();
          // Another slot may have been quicker; then this one waits on.
          const sample = takeNow(source, label);
          if (sample === undefined) continue;
          samples[slot] = sample;
          wanted.splice(wanted.indexOf(label), 1);
          generatorReadyAt = performance.now();
          return;
        }
      };

      const readElements = async (source: SyntheticSource): Promise<void> => {
        const slots = [...labels.keys()].filter((slot) => labels[slot]! >= 0);
        const elements = slots.map((slot) => ({ index: plan.from + slot, label: labels[slot]! }));
        wanted.push(...elements.map(({ label }) => label));
        const made = await source.read!(elements, stop.signal);
        for (const [i, slot] of slots.entries()) samples[slot] = made[i]!;
        wanted.length = 0;
        generatorReadyAt = performance.now();
      };

      for (const [slot, label] of labels.entries()) if (label < 0) place(slot, main.get(nextReal++));
      if (synthetic !== null && exact) {
        if (labels.some((label) => label >= 0)) waits.push(readElements(synthetic));
      } else if (synthetic !== null) {
        for (const [slot, label] of labels.entries()) {
          if (label < 0) continue;
          const sample = takeNow(synthetic, label);
          if (sample !== undefined) samples[slot] = sample;
          else if (policy === 'real') place(slot, substitutes.get(nextSubstitute + substituted++));
          else waits.push(waitForFresh(synthetic, slot, label));
        }
      }

      return {
        samples: waits.length === 0 ? samples : Promise.all(waits).then(() => samples),
        get waiting() {
          return { labels: wanted, reads };
        },
        get generatorWaitMs() {
          return (wanted.length > 0 ? performance.now() : generatorReadyAt) - startedAt;
        },
        substituted,
        commit() {
          done = true;
          main.release(nextReal);
          nextSubstitute += substituted;
          substitutes.release(nextSubstitute);
        },
        cancel() {
          if (done) return;
          done = true;
          stop.abort();
          // An element of an exact stream stands in no other place.
          if (exact) return;
          for (const sample of samples) {
            if (sample === undefined || sample.origin === 'real') continue;
            const kept = held.get(sample.label);
            if (kept) kept.push(sample);
            else held.set(sample.label, [sample]);
          }
        },
      };
    },
  };
}
