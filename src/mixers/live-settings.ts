import { BehaviorSubject, map, observeOn, queueScheduler, Subject, takeUntil } from 'rxjs';
import { ConfigError } from '../core/errors.js';
import { criterionOf, GATE_KEYS } from '../core/gate-criteria.js';
import { GUIDANCE_KEYS, scaleOf } from '../core/guidance-scales.js';
import { settingsAfter } from '../core/settings-after.js';
import type { Change, LiveKey, LiveSettings, LiveValue } from '../core/source.js';
import { assertClassWeights, assertPaused, assertRatio, assertScale, assertSchedule, assertThreshold } from './live-values.js';

/** Live settings after `rev` accepted changes. */
export interface LiveState {
  readonly rev: number;
  readonly settings: LiveSettings;
}

/** Live settings under control: checked, revised, announced. */
export interface LiveControl {
  /** The state now and after each change; completes when closed. */
  readonly state$: BehaviorSubject<LiveState>;
  /**
   * The change that a request would make; nothing changes yet.
   * @throws ConfigError CONFIG_INVALID (unknown key, value out of range), CONFIG_CONFLICT (`ifRev` is not the current revision)
   */
  check(key: string, value: unknown, by: string, effectiveSeq: number, ifRev?: number): Change;
  /** Makes a checked change: `state$` has it, and then the listeners, before the call returns. */
  accept(change: Change): void;
  /** Puts other settings in place of all; listeners hear the given change of each setting whose value moves by it. */
  restore(state: LiveState, changeOf: (key: LiveKey) => Change): void;
  /** Calls the listener at each accepted change, in the order of the revisions even where a listener makes a change itself. */
  onChange(listener: (change: Change) => void): () => void;
  close(): void;
}

const listOf = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** @param keys the live settings of this stream */
function assertKey(key: string, keys: readonly LiveKey[]): LiveKey {
  const known = keys.find((candidate) => candidate === key);
  if (known !== undefined) return known;
  if (criterionOf(key) !== undefined)
    throw new ConfigError(
      'CONFIG_INVALID',
      `${key} can't be set: this stream has no quality gate; train one into its model with "skelmix train gate"`,
      { details: { field: key, known: keys } },
    );
  if (scaleOf(key) !== undefined)
    throw new ConfigError('CONFIG_INVALID', `${key} can't be set: nothing in this stream is guided so`, {
      details: { field: key, known: keys },
    });
  const word = key.toLowerCase();
  const near = keys.find((candidate) => word.includes(candidate) || (word.length > 2 && candidate.startsWith(word.slice(0, 3))));
  throw new ConfigError(
    'CONFIG_INVALID',
    `"${key}" is no live setting${near === undefined ? '.' : `; did you mean "${near}"?`} Live settings are ${listOf(keys)}`,
    { details: { field: key, known: keys } },
  );
}

const isOptional = (key: LiveKey): boolean => key === 'schedule' || key === 'classWeights';

/** What the values of live settings are checked against. */
export interface LiveBounds {
  /** Something is synthesised. */
  readonly canSynthesise: boolean;
  readonly numClasses: number;
  /** The ratio of the batch that a change made now would apply to. */
  readonly targetNow: () => number;
}

/**
 * Starts the control of live settings: changes are events, the state is their running sum. Ratio, pause, schedule and class weights
 * are there where anything is synthesised, without a generator only the first two; thresholds and scales where the first settings
 * have them.
 *
 * @throws ConfigError CONFIG_INVALID where the first settings are wrong
 */
export function createLiveControl(initial: LiveSettings, { canSynthesise, numClasses, targetNow }: LiveBounds): LiveControl {
  const checked = (key: LiveKey, value: unknown): LiveValue => {
    if (key === 'ratio') return assertRatio(value, canSynthesise);
    if (key === 'paused') return assertPaused(value);
    if (key === 'schedule') return assertSchedule(value, targetNow(), canSynthesise);
    if (key === 'classWeights') return assertClassWeights(value, numClasses, canSynthesise);
    return scaleOf(key) === undefined ? assertThreshold(key, value) : assertScale(key, value);
  };
  const keys: readonly LiveKey[] = [
    ...(['ratio', 'paused'] as const),
    ...(canSynthesise ? (['schedule', 'classWeights'] as const) : []),
    ...[...GATE_KEYS, ...GUIDANCE_KEYS].filter((key) => initial[key] !== undefined),
  ];
  /** All settings, checked; a schedule and weights that were never set stay absent. */
  const settled = (wanted: LiveSettings): LiveSettings =>
    Object.fromEntries(
      keys.filter((key) => wanted[key] !== undefined || !isOptional(key)).map((key) => [key, checked(key, wanted[key])]),
    ) as unknown as LiveSettings;
  const settings = settled(initial);
  const closed$ = new Subject<void>();
  const accepted$ = new Subject<Change>();
  const state$ = new BehaviorSubject<LiveState>({ rev: 0, settings });
  // The first subscriber, so that the state has moved before anybody hears of the change.
  accepted$
    .pipe(map((change) => ({ rev: change.rev, settings: settingsAfter(state$.value.settings, change) })))
    .subscribe(state$);
  const told$ = new Subject<Change>();
  // A listener that makes a change is heard out by all before the new change is told.
  accepted$.pipe(observeOn(queueScheduler), takeUntil(closed$)).subscribe(told$);

  return {
    state$,
    check(key, value, by, effectiveSeq, ifRev) {
      const known = assertKey(key, keys);
      const wanted = checked(known, value);
      const { rev } = state$.value;
      if (ifRev !== undefined && ifRev !== rev)
        throw new ConfigError(
          'CONFIG_CONFLICT',
          `${known} was to change at revision ${ifRev}, but the settings are at revision ${rev}: read them again and repeat`,
          { details: { field: known, got: ifRev, rev } },
        );
      return { rev: rev + 1, key: known, value: wanted, effectiveSeq, by };
    },
    accept: (change) => accepted$.next(change),
    restore({ rev, settings: wanted }, changeOf) {
      const before = state$.value.settings;
      const now = settled(wanted);
      state$.next({ rev, settings: now });
      for (const key of keys) if (JSON.stringify(before[key]) !== JSON.stringify(now[key])) told$.next(changeOf(key));
    },
    onChange(listener) {
      const subscription = told$.subscribe(listener);
      return () => subscription.unsubscribe();
    },
    close() {
      closed$.next();
      accepted$.complete();
    },
  };
}
