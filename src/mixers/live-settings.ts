import { BehaviorSubject, map, observeOn, queueScheduler, Subject, takeUntil } from 'rxjs';
import { ConfigError } from '../core/errors.js';
import { criterionOf, GATE_KEYS, MAX_GATE_THRESHOLD } from '../core/gate-criteria.js';
import type { Change, LiveKey, LiveSettings } from '../core/source.js';

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
  const word = key.toLowerCase();
  const near = keys.find((candidate) => word.includes(candidate) || (word.length > 2 && candidate.startsWith(word.slice(0, 3))));
  throw new ConfigError(
    'CONFIG_INVALID',
    `"${key}" is no live setting${near === undefined ? '.' : `; did you mean "${near}"?`} Live settings are ${listOf(keys)}`,
    { details: { field: key, known: keys } },
  );
}

const show = (value: unknown): string => (typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));

function invalid(field: LiveKey, got: unknown, expected: string): never {
  throw new ConfigError('CONFIG_INVALID', `${field} is ${show(got)}, but ${expected}`, { details: { field, got } });
}

/**
 * The ratio if it can be mixed.
 * @throws ConfigError CONFIG_INVALID where it isn't a number in [0, 1], or above 0 where nothing is synthesised
 */
export function assertRatio(value: unknown, canSynthesise: boolean): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1))
    return invalid(
      'ratio',
      value,
      'must be a number from 0 (no synthetic samples) to 1 (only synthetic): give the share, e.g. 0.3',
    );
  if (value > 0 && !canSynthesise)
    return invalid('ratio', value, 'this stream has no generator, so only 0 is possible: start it with a model to mix');
  return value;
}

function assertPaused(value: unknown): boolean {
  return typeof value === 'boolean' ? value : invalid('paused', value, 'must be true or false');
}

function assertThreshold(field: LiveKey, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= MAX_GATE_THRESHOLD) return value;
  return invalid(
    field,
    value,
    `must be a number from 0 (off) to ${MAX_GATE_THRESHOLD}, the share of real clips that it would reject`,
  );
}

/** Starts the control of live settings: changes are events, the state is their running sum. */
export function createLiveControl(initial: LiveSettings, canSynthesise: boolean): LiveControl {
  const checked = (key: LiveKey, value: unknown): Change['value'] => {
    if (key === 'ratio') return assertRatio(value, canSynthesise);
    return key === 'paused' ? assertPaused(value) : assertThreshold(key, value);
  };
  const keys: readonly LiveKey[] = ['ratio', 'paused', ...GATE_KEYS.filter((key) => initial[key] !== undefined)];
  const settings = Object.fromEntries(keys.map((key) => [key, checked(key, initial[key])])) as unknown as LiveSettings;
  const closed$ = new Subject<void>();
  const accepted$ = new Subject<Change>();
  const state$ = new BehaviorSubject<LiveState>({ rev: 0, settings });
  // The first subscriber, so that the state has moved before anybody hears of the change.
  accepted$.pipe(map(({ rev, key, value }) => ({ rev, settings: { ...state$.value.settings, [key]: value } }))).subscribe(state$);
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
      const now = Object.fromEntries(keys.map((key) => [key, checked(key, wanted[key])])) as unknown as LiveSettings;
      state$.next({ rev, settings: now });
      for (const key of keys) if (before[key] !== now[key]) told$.next(changeOf(key));
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
