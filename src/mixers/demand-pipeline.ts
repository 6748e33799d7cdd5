import {
  catchError,
  distinctUntilChanged,
  map,
  NEVER,
  type Observable,
  observeOn,
  of,
  queueScheduler,
  repeat,
  switchMap,
  take,
} from 'rxjs';

/** A batch, or why it could not be built. */
export type Outcome<B> = { readonly batch: B } | { readonly error: unknown };

/** The parts that a demand pipeline is composed of. */
export interface DemandPipelineOptions<S, B> {
  /** Demands that nobody has met yet: the current number at subscription, then at each change. */
  readonly open$: Observable<number>;
  /** Live settings: the current ones at subscription, then at each change. */
  readonly state$: Observable<S>;
  readonly isPaused: (state: S) => boolean;
  /** Builds the next batch under the settings; unsubscribing gives back what it took. Emits one batch, at once if it can. */
  readonly draft: (state: S) => Observable<B>;
}

/**
 * Builds batches one after the other while demand is open: whoever takes an outcome must lower `open$`.
 *
 * - Without demand nothing runs; when the last demand is withdrawn, the draft under way is dropped.
 * - A paused stream holds no draft; a change of settings restarts the draft that is still waiting, so that a batch is always
 *   built under the settings of the moment it is finished, and no change has to wait for a batch.
 * - A failed draft is an outcome; the next demand drafts anew.
 *
 * Where drafts emit at once the whole path is synchronous.
 */
export function demandPipeline<S, B>({ open$, state$, isPaused, draft }: DemandPipelineOptions<S, B>): Observable<Outcome<B>> {
  const oneBatch$ = state$.pipe(
    switchMap((state) => (isPaused(state) ? NEVER : draft(state))),
    take(1),
    map((batch): Outcome<B> => ({ batch })),
    catchError((error: unknown) => of({ error })),
  );
  // The queue makes a loop of what would be a recursion where many open demands are met at once.
  const again$ = of(null).pipe(observeOn(queueScheduler));
  return open$.pipe(
    map((open) => open > 0),
    distinctUntilChanged(),
    switchMap((wanted) => (wanted ? oneBatch$.pipe(repeat({ delay: () => again$ })) : NEVER)),
  );
}
