import { RateMeter } from './rate-meter.js';

/** Counts of what a server sent, over all groups. */
export class Tally {
  batchesSent = 0;
  redelivered = 0;
  /** Batches that were dropped because nobody could process them. */
  poisoned = 0;
  readonly batches = new RateMeter();
  readonly samples = new RateMeter();

  sent(samples: number, redelivered: boolean): void {
    this.batchesSent++;
    this.batches.add(1);
    this.samples.add(samples);
    if (redelivered) this.redelivered++;
  }
}
