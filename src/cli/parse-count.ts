import { ConfigError } from '../core/errors.js';

/** A parser for commander of a whole number option. The parser throws ConfigError CONFIG_INVALID with the value and the range. */
export function parseCount(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new ConfigError('CONFIG_INVALID', `${flag} is ${JSON.stringify(text)}: expected a whole number of at least ${least}`);
  };
}

/** A parser of a number above 0, as `parseCount`. */
export function parsePositive(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new ConfigError('CONFIG_INVALID', `${flag} is ${JSON.stringify(text)}: expected a number above 0`);
  };
}
