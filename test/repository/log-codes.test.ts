import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, ERROR_CODES } from '../../src/core/errors.js';
import { coded, codeOfError, WARNING_CODES } from '../../src/core/log-codes.js';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Every call of `warn` and `error` of a logger, with its arguments as they are written. */
function* loggerCalls(): Generator<{ where: string; text: string }> {
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const source = readFileSync(path, 'utf8');
    for (const match of source.matchAll(/[lL]ogger\)?\.(?:warn|error)\(/g)) {
      let depth = 1;
      let end = match.index + match[0].length;
      for (; depth > 0; end++) depth += source[end] === '(' ? 1 : source[end] === ')' ? -1 : 0;
      yield { where: `${path.slice(SRC.length + 1)}: ${source.slice(match.index, end)}`, text: source.slice(match.index, end) };
    }
  }
}

describe('what is logged as a warning or an error', () => {
  it('has a code, wherever it is said', () => {
    const calls = [...loggerCalls()];
    expect(calls.length).toBeGreaterThan(25);
    expect(calls.filter(({ text }) => !/coded\(|\bcode\b/.test(text)).map(({ where }) => where)).toEqual([]);
  });

  it('has a code of its own or of an error, never one for two things', () => {
    const all = [...WARNING_CODES, ...ERROR_CODES];
    expect(new Set(all).size).toBe(all.length);
    expect([...WARNING_CODES]).toEqual([...WARNING_CODES].sort());
    const used = new Set([...loggerCalls()].flatMap(({ text }) => [...text.matchAll(/coded\('(\w+)'/g)].map(([, code]) => code)));
    expect(WARNING_CODES.filter((code) => !used.has(code))).toEqual([]);
  });

  it('carries it among its fields', () => {
    expect(coded('CLIP_FLAWED', { clip: 'a' })).toEqual({ clip: 'a', code: 'CLIP_FLAWED' });
    expect([new ConfigError('CONFIG_INVALID', ''), new Error(''), 'x'].map(codeOfError)).toEqual([
      'CONFIG_INVALID',
      'BUG',
      'BUG',
    ]);
  });
});
