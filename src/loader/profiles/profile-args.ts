import { ConfigError } from '../../core/errors.js';

/** Words of the recognizers' own loaders that name files or machinery, and change no number. */
const MACHINERY = [
  'data_path',
  'label_path',
  'mmap',
  'use_mmap',
  'debug',
  'sort',
  'repeat',
  'split',
  'ann_file',
  'times',
  'pipeline',
  'memcached',
  'class_prob',
  'ignore_empty_sample',
  'endpoint',
  'epoch_size',
  'delegate',
  'fields',
];

/**
 * Reads the arguments of one profile, each checked, and remembers what it found, so that a stream can say what its samples are
 * made with. An argument that is null counts as not given.
 */
export class ProfileArgs {
  /** Every argument that was asked for with its value. */
  readonly resolved: Record<string, unknown> = {};
  private readonly seen = new Set<string>();

  constructor(
    private readonly profile: string,
    readonly given: Readonly<Record<string, unknown>>,
  ) {}

  /** A whole number of at least `least`. */
  count(name: string, fallback: number, least = 1): number {
    return this.take(name, fallback, `a whole number of at least ${least}`, (value) => Number.isInteger(value) && value >= least);
  }

  /** A whole number from 1 to `most`. */
  few(name: string, fallback: number, most: number): number {
    return this.take(name, fallback, `a whole number from 1 to ${most}`, (value) => {
      return Number.isInteger(value) && value >= 1 && value <= most;
    });
  }

  /** A number of at least `least`. */
  number(name: string, fallback: number, least = 0): number {
    return this.take(name, fallback, `a number of at least ${least}`, (value) => Number.isFinite(value) && value >= least);
  }

  flag(name: string, fallback: boolean): boolean {
    return this.take(name, fallback, 'true or false', (value) => typeof value === 'boolean');
  }

  text(name: string, fallback: string, rule: string, pattern: RegExp): string {
    return this.take(name, fallback, rule, (value) => typeof value === 'string' && pattern.test(value));
  }

  choice<T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    return this.take(name, fallback, `one of ${choices.join(', ')}`, (value) => choices.includes(value));
  }

  /** A list of words out of `choices`, at least one. */
  words<T extends string>(name: string, fallback: readonly T[], choices: readonly T[]): readonly T[] {
    const isList = (value: readonly T[]) =>
      Array.isArray(value) && value.length > 0 && value.every((one) => choices.includes(one));
    return this.take(name, fallback, `a list of ${choices.join(', ')}`, isList);
  }

  /** Numbers from 0 to 1, one or a rising pair; a bare number counts as a list of it. */
  shares(name: string, fallback: readonly number[]): readonly number[] {
    const value = this.given[name];
    const list = typeof value === 'number' ? [value] : value;
    return this.check(name, list ?? fallback, 'one share, or two rising ones, of (0, 1]', (shares: readonly number[]) => {
      const valid = Array.isArray(shares) && shares.every((share) => typeof share === 'number' && share > 0 && share <= 1);
      return valid && (shares.length === 1 || (shares.length === 2 && shares[0]! <= shares[1]!));
    });
  }

  /** A number of at least 0, or one for each of `axes` axes. */
  perAxis(name: string, fallback: number, axes: number): readonly number[] {
    const value = this.given[name];
    const list =
      typeof value === 'number' || value === undefined || value === null ? new Array(axes).fill(value ?? fallback) : value;
    return this.check(name, list, `a number of at least 0, or ${axes} of them`, (sizes: readonly number[]) => {
      return Array.isArray(sizes) && sizes.length === axes && sizes.every((size) => Number.isFinite(size) && size >= 0);
    });
  }

  /** Height and width. */
  size(name: string, fallback: readonly [number, number]): readonly [number, number] {
    return this.take(name, fallback, 'a list of height and width', (sizes) => {
      return Array.isArray(sizes) && sizes.length === 2 && sizes.every((size) => Number.isFinite(size) && size > 0);
    });
  }

  /** Frames of a window of at least 1; -1 and null mean none, as the recognizers write it. */
  window(name: string, fallback: number | null = null): number | null {
    const value = this.given[name] ?? fallback;
    return this.check(
      name,
      value === -1 ? null : value,
      'a whole number of at least 1, or -1 for none',
      (frames: number | null) => {
        return frames === null || (Number.isInteger(frames) && frames >= 1);
      },
    );
  }

  /** Frames of a window of at least 1, where -1 means `fallback` too. */
  frames(name: string, fallback: number): number {
    const value = this.given[name];
    return this.check(
      name,
      value === -1 ? fallback : (value ?? fallback),
      'a whole number of at least 1, or -1',
      (frames: number) => {
        return Number.isInteger(frames) && frames >= 1;
      },
    );
  }

  /** Takes an argument of the training that has no place in this phase: whatever was given, the value is this one. */
  never(name: string): false;
  never<T>(name: string, value: T): T;
  never(name: string, value: unknown = false): unknown {
    this.seen.add(name);
    this.resolved[name] = value;
    return value;
  }

  /**
   * Takes flags that the recognizer's own loader takes and never looks at.
   * @throws ConfigError CONFIG_INVALID where one is neither true nor false
   */
  idle(...names: readonly string[]): void {
    for (const name of names) {
      const given = this.given[name] ?? false;
      if (typeof given !== 'boolean')
        throw this.error(
          name,
          given,
          "true or false (which of them makes no difference: the recognizer's own loader doesn't look)",
        );
      this.seen.add(name);
    }
  }

  /**
   * Says that an argument which the recognizer knows has no effect here at this value.
   * @throws ConfigError CONFIG_INVALID where it was given another one
   */
  only(name: string, value: unknown, why: string): void {
    const given = this.given[name] ?? value;
    if (given !== value) throw this.error(name, given, `${JSON.stringify(value)}: ${why}`);
    this.seen.add(name);
  }

  /** @throws ConfigError CONFIG_INVALID where an argument was given that nobody asked for */
  finish(): void {
    for (const [name, value] of Object.entries(this.given)) {
      if (value === null || value === undefined || this.seen.has(name) || MACHINERY.includes(name)) continue;
      throw new ConfigError(
        'CONFIG_INVALID',
        `profile ${this.profile} does not know the argument "${name}" (${JSON.stringify(value)}), and it may change the samples: it knows ${[...this.seen].join(', ')}`,
        { details: { field: `profile.args.${name}`, got: value, expected: [...this.seen] } },
      );
    }
  }

  private take<T>(name: string, fallback: T, rule: string, isValid: (value: T) => boolean): T {
    return this.check(name, this.given[name] ?? fallback, rule, isValid);
  }

  private check<T>(name: string, value: unknown, rule: string, isValid: (value: T) => boolean): T {
    this.seen.add(name);
    if (!isValid(value as T)) throw this.error(name, value, rule);
    this.resolved[name] = value;
    return value as T;
  }

  private error(name: string, got: unknown, rule: string): ConfigError {
    const text = typeof got === 'number' ? String(got) : JSON.stringify(got);
    return new ConfigError('CONFIG_INVALID', `profile ${this.profile}: ${name} must be ${rule}, got ${text}`, {
      details: { field: `profile.args.${name}`, got, expected: rule },
    });
  }
}
