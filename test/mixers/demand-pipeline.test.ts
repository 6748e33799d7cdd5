import { BehaviorSubject, finalize, type Observable, of, tap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { demandPipeline, type Outcome } from '../../src/mixers/demand-pipeline.js';

interface State {
  readonly name: string;
  readonly paused: boolean;
}

const STATES: Record<string, State> = {
  a: { name: 'A', paused: false },
  b: { name: 'B', paused: false },
  p: { name: 'A', paused: true },
};

interface Scene {
  /** `d` one demand more, `w` one withdrawn. */
  readonly demand: string;
  /** Settings by the names of `STATES`; `a` at the start. */
  readonly state?: string;
  /** How a draft runs, from its start: `x` is its batch. The n-th draft takes the n-th, the last one serves all further ones. */
  readonly drafts: readonly string[];
  /** `A` and `B`: batches built under these settings; `e`: a failure. */
  readonly outcomes: string;
  /** When drafts start (+) and stop (-) and under which settings: a consequence that outcomes don't show. */
  readonly runs?: readonly string[];
}

/** Plays a scene in virtual time; each outcome meets one demand. */
function play({ demand, state, drafts, outcomes, runs }: Scene): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const seen: string[] = [];
  scheduler.run(({ hot, cold, expectObservable }) => {
    const error = new Error('failed');
    const open$ = new BehaviorSubject(0);
    const state$ = new BehaviorSubject(STATES.a!);
    if (state) hot(state, STATES).subscribe((next) => state$.next(next));
    hot(demand).subscribe((mark) => open$.next(open$.value + (mark === 'd' ? 1 : -1)));
    let started = 0;
    const draft = ({ name }: State): Observable<string> => {
      const marbles = drafts[Math.min(started++, drafts.length - 1)]!;
      seen.push(`${scheduler.frame}+${name}`);
      return cold(marbles, { x: name }, error).pipe(finalize(() => seen.push(`${scheduler.frame}-${name}`)));
    };
    const outcome$ = demandPipeline({ open$, state$, isPaused: ({ paused }) => paused, draft });
    const names: Record<string, Outcome<string>> = { A: { batch: 'A' }, B: { batch: 'B' }, e: { error } };
    expectObservable(outcome$.pipe(tap(() => open$.next(open$.value - 1)))).toBe(outcomes, names);
  });
  if (runs) expect(seen).toEqual(runs);
}

describe('demand pipeline', () => {
  test('nothing is drafted without demand, and each demand gets one batch', () => {
    play({
      demand: '  ---d----d---',
      drafts: ['  -x|'],
      outcomes: '----A----A--',
      runs: ['3+A', '4-A', '8+A', '9-A'],
    });
  });

  test('demands that come together are met one after the other', () => {
    play({
      demand: '  -(ddd)-----------',
      drafts: ['  ---x|'],
      outcomes: '----A--A--A',
      runs: ['1+A', '4-A', '4+A', '7-A', '7+A', '10-A'],
    });
  });

  test('a ratio changed between two batches holds for the second', () => {
    play({
      demand: '  d---------d---',
      state: '   -----b--------',
      drafts: ['  -x|'],
      outcomes: '-A---------B',
    });
  });

  test('a ratio changed while a batch is waiting restarts it under the new ratio, and what follows', () => {
    play({
      demand: '  (dd)---------------',
      state: '   ---b--------------',
      drafts: ['  -----x|', '  --x|'],
      outcomes: '-----B-B',
      runs: ['0+A', '3-A', '3+B', '5-B', '5+B', '7-B'],
    });
  });

  test('a batch that waits without end gets through as soon as a change allows it', () => {
    play({
      demand: '  d---------',
      state: '   ------b---',
      drafts: ['  ------', '  x|'],
      outcomes: '------B',
      runs: ['0+A', '6-A', '6+B', '6-B'],
    });
  });

  test('a paused stream holds its demands and no draft; they are met after it goes on', () => {
    play({
      demand: '  ---d-d--------',
      state: '   -p------a-----',
      drafts: ['  -x|'],
      outcomes: '---------AA',
      runs: ['8+A', '9-A', '9+A', '10-A'],
    });
  });

  test('a pause drops the draft that is waiting, and the end of the pause begins it anew', () => {
    play({
      demand: '  d-------------',
      state: '   --p---a-------',
      drafts: ['  -----x|', '  -x|'],
      outcomes: '-------A',
      runs: ['0+A', '2-A', '6+A', '7-A'],
    });
  });

  test('when the last demand is withdrawn the draft is dropped, and the next demand begins one', () => {
    play({
      demand: '  d--w-----d---',
      drafts: ['  -----x|', '  -x|'],
      outcomes: '----------A',
      runs: ['0+A', '3-A', '9+A', '10-A'],
    });
  });

  test('while one of two demands is open the draft goes on for it', () => {
    play({
      demand: '  (dd)w-------',
      drafts: ['  -------x|'],
      outcomes: '-------A',
      runs: ['0+A', '7-A'],
    });
  });

  test('a failure meets one demand, and the next one is drafted anew', () => {
    play({
      demand: '  (dd)-------',
      drafts: ['  --#', '  --x|'],
      outcomes: '--e-A',
      runs: ['0+A', '2-A', '2+A', '4-A'],
    });
  });

  test('thousands of demands that can all be met at once are met at once', () => {
    const open$ = new BehaviorSubject(0);
    const state$ = new BehaviorSubject(STATES.p!);
    let met = 0;
    demandPipeline({ open$, state$, isPaused: ({ paused }) => paused, draft: ({ name }) => of(name) }).subscribe(() => {
      met++;
      open$.next(open$.value - 1);
    });
    open$.next(20_000);
    state$.next(STATES.a!);
    expect(met).toBe(20_000);
  });
});
