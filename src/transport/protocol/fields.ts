import type { HeaderMap } from './header.js';
import { preview, protocolError } from './protocol-error.js';

/** Longest text that a field takes unless it says otherwise, characters. */
const MAX_TEXT = 4096;

/**
 * Reads the fields of one message, each checked: a wrong one throws TransportError PROTOCOL_MESSAGE that names the verb, the
 * field, the value received and what was expected. nil counts as absent.
 */
export class Fields {
  constructor(
    readonly verb: string,
    private readonly map: HeaderMap,
  ) {}

  fail(field: string, got: unknown, expected: string): never {
    throw protocolError(`${this.verb}: "${field}" must be ${expected}, got ${preview(got)}`, {
      verb: this.verb,
      field,
      got,
      expected,
    });
  }

  has(field: string): boolean {
    return this.raw(field) !== undefined;
  }

  raw(field: string): unknown {
    return this.map[field] ?? undefined;
  }

  text(field: string, maxLength = MAX_TEXT): string {
    const value = this.raw(field);
    if (typeof value === 'string' && value.length <= maxLength) return value;
    return this.fail(field, value, `a string of at most ${maxLength} characters`);
  }

  oneOf<T extends string>(field: string, allowed: readonly T[]): T {
    const value = this.raw(field);
    if (allowed.includes(value as T)) return value as T;
    return this.fail(field, value, `one of ${allowed.map((name) => `"${name}"`).join(', ')}`);
  }

  bool(field: string): boolean {
    const value = this.raw(field);
    return typeof value === 'boolean' ? value : this.fail(field, value, 'true or false');
  }

  number(field: string): number {
    const value = this.raw(field);
    return typeof value === 'number' ? value : this.fail(field, value, 'a number');
  }

  int(field: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
    return this.asInt(field, this.raw(field), min, max);
  }

  ints(field: string, maxCount: number, min = 0): number[] {
    return this.list(field, maxCount).map((value, i) => this.asInt(`${field}[${i}]`, value, min, Number.MAX_SAFE_INTEGER));
  }

  texts(field: string, maxCount: number): string[] {
    return this.list(field, maxCount).map((value, i) =>
      typeof value === 'string' ? value : this.fail(`${field}[${i}]`, value, 'a string'),
    );
  }

  list(field: string, maxCount: number): unknown[] {
    const value = this.raw(field);
    if (Array.isArray(value) && value.length <= maxCount) return value;
    return this.fail(field, value, `a list of at most ${maxCount} values`);
  }

  /** The fields of a nested map; errors name it `outer.inner`. */
  nested(field: string): Fields {
    return this.within(field, this.raw(field));
  }

  /** The maps of a list. */
  maps(field: string, maxCount: number): Fields[] {
    return this.list(field, maxCount).map((value, i) => this.within(`${field}[${i}]`, value));
  }

  /** Reads with `read` where the field is there, else undefined. */
  optional<T>(field: string, read: (fields: this) => T): T | undefined {
    return this.has(field) ? read(this) : undefined;
  }

  /** The whole map, for values whose keys are free (stats). */
  entries(): [string, unknown][] {
    return Object.entries(this.map);
  }

  private within(field: string, value: unknown): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
      return this.fail(field, value, 'a map');
    return new Fields(`${this.verb} ${field}`, value as HeaderMap);
  }

  private asInt(field: string, value: unknown, min: number, max: number): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    return this.fail(
      field,
      value,
      max === Number.MAX_SAFE_INTEGER ? `a whole number >= ${min}` : `a whole number from ${min} to ${max}`,
    );
  }
}
