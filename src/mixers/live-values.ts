import { ConfigError } from '../core/errors.js';
import { MAX_GATE_THRESHOLD } from '../core/gate-criteria.js';
import { MAX_GUIDANCE_SCALE } from '../core/guidance-scales.js';
import {
  MAX_SCHEDULE_LENGTH,
  type RatioSchedule,
  SCHEDULE_KINDS,
  SCHEDULE_UNITS,
  scheduleLength,
} from '../core/ratio-schedule.js';
import type { LiveKey } from '../core/source.js';

/** The largest weight of a class. */
const MAX_WEIGHT = 100;

const show = (value: unknown): string => (typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value)));

function invalid(field: string, got: unknown, expected: string): never {
  throw new ConfigError('CONFIG_INVALID', `${field} is ${show(got)}, but ${expected}`, { details: { field, got } });
}

/** A value without a generator that could do something with it. */
function needsGenerator(field: LiveKey, got: unknown): never {
  return invalid(field, got, 'this stream has no generator: start it with a model to mix');
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

/** @throws ConfigError CONFIG_INVALID */
export function assertPaused(value: unknown): boolean {
  return typeof value === 'boolean' ? value : invalid('paused', value, 'must be true or false');
}

/** @throws ConfigError CONFIG_INVALID */
export function assertThreshold(field: LiveKey, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= MAX_GATE_THRESHOLD) return value;
  return invalid(
    field,
    value,
    `must be a number from 0 (off) to ${MAX_GATE_THRESHOLD}, the share of real clips that it would reject`,
  );
}

/** @throws ConfigError CONFIG_INVALID */
export function assertScale(field: LiveKey, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= MAX_GUIDANCE_SCALE) return value;
  const off = field === 'guidance.classifier' ? '0 is off' : '1 is off';
  return invalid(field, value, `must be a number from 0 to ${MAX_GUIDANCE_SCALE} (${off})`);
}

/**
 * Weights of the classes in whole hundredths, or null for the configured choice.
 * @throws ConfigError CONFIG_INVALID where it is no list of a number from 0 to 100 for each class, or all are 0
 */
export function assertClassWeights(value: unknown, numClasses: number, canSynthesise: boolean): readonly number[] | null {
  if (value === null || value === undefined) return null;
  const expected = `must be null or a list of ${numClasses} numbers from 0 (never) to ${MAX_WEIGHT}, one for each class`;
  if (!Array.isArray(value) || value.length !== numClasses) return invalid('classWeights', value, expected);
  const wrong = value.findIndex((weight) => typeof weight !== 'number' || !(weight >= 0 && weight <= MAX_WEIGHT));
  if (wrong >= 0) return invalid(`classWeights[${wrong}]`, value[wrong], expected);
  const weights = (value as number[]).map((weight) => Math.round(weight * 100) / 100);
  if (weights.every((weight) => weight === 0))
    return invalid(
      'classWeights',
      value,
      'at least one class must weigh 0.01 or more: set the ratio to 0 for no synthetic samples',
    );
  return canSynthesise ? weights : needsGenerator('classWeights', value);
}

/**
 * A schedule with its words in their order, or null for none.
 *
 * @param from where a schedule begins that doesn't say so: the ratio of the moment
 * @throws ConfigError CONFIG_INVALID naming the word, its value and the rule
 */
export function assertSchedule(value: unknown, from: number, canSynthesise: boolean): RatioSchedule | null {
  if (value === null || value === undefined) return null;
  const given = typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  const kind = SCHEDULE_KINDS.find((candidate) => candidate === given?.kind);
  if (!given || kind === undefined)
    return invalid('schedule', value, `must be null or an object whose "kind" is one of ${SCHEDULE_KINDS.join(', ')}`);
  const words = { constant: ['to'], linear: LINE, cosine: LINE, warm: ['to', 'rise', 'hold', 'fall', 'unit'] }[kind];
  const unknown = Object.keys(given).find((word) => word !== 'kind' && !words.includes(word));
  if (unknown !== undefined)
    return invalid(`schedule.${unknown}`, given[unknown], `a ${kind} schedule only has kind, ${words.join(', ')}`);
  const number = (word: string, most: number, usual?: number): number => {
    const got = given[word] ?? usual;
    if (typeof got === 'number' && got >= 0 && got <= most) return got;
    return invalid(`schedule.${word}`, got, `must be a number from 0 to ${most}`);
  };
  const to = number('to', 1);
  const unit = SCHEDULE_UNITS.find((candidate) => candidate === (given.unit ?? 'epochs'));
  if (unit === undefined) return invalid('schedule.unit', given.unit, `must be one of ${SCHEDULE_UNITS.join(', ')}`);
  const length = (word: string): number => number(word, MAX_SCHEDULE_LENGTH);
  const schedule: RatioSchedule =
    kind === 'constant'
      ? { kind, to }
      : kind === 'warm'
        ? { kind, to, rise: length('rise'), hold: length('hold'), fall: length('fall'), unit }
        : { kind, from: number('from', 1, from), to, over: length('over'), unit };
  if (scheduleLength(schedule) > MAX_SCHEDULE_LENGTH)
    return invalid('schedule', value, `its parts must be ${MAX_SCHEDULE_LENGTH} ${unit} long at most together`);
  return canSynthesise ? schedule : needsGenerator('schedule', value);
}

const LINE: readonly string[] = ['from', 'to', 'over', 'unit'];
