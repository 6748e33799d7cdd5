/** Where batch `seq` stands in the stream. */
export interface BatchPlace {
  readonly seq: number;
  readonly epoch: number;
  /** Number of the batch within its epoch. */
  readonly step: number;
  /** Its first element, counted over the whole stream. */
  readonly from: number;
  /** Its elements. */
  readonly count: number;
}

/**
 * The place of a batch in a stream whose epochs have `epochSize` elements: the last batch of an epoch holds what is left, so
 * that an epoch is exactly its stated number of elements. Pure.
 */
export function batchPlace(seq: number, batchSize: number, epochSize: number): BatchPlace {
  const epochBatches = Math.ceil(epochSize / batchSize);
  const epoch = Math.floor(seq / epochBatches);
  const step = seq - epoch * epochBatches;
  return {
    seq,
    epoch,
    step,
    from: epoch * epochSize + step * batchSize,
    count: Math.min(batchSize, epochSize - step * batchSize),
  };
}
