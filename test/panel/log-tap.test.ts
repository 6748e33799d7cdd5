import { describe, expect, it } from 'vitest';
import { createLogTap, type LogEntry } from '../../src/panel/index.js';

describe('a log tap', () => {
  it('passes everything on and keeps warnings and errors, with their codes', () => {
    const lines: string[] = [];
    const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
    const tap = createLogTap({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
    const heard: LogEntry[] = [];
    const stop = tap.onEntry((entry) => heard.push(entry));
    tap.logger.debug('a');
    tap.logger.info('b');
    tap.logger.warn('c', { code: 'CLIP_EMPTY' });
    tap.logger.error('FORMAT_TRUNCATED: frame 3 of NTU ends');
    tap.logger.warn('NTU has no code');
    stop();
    tap.logger.warn('late');
    expect(lines).toEqual([
      'debug a',
      'info b',
      'warn c',
      'error FORMAT_TRUNCATED: frame 3 of NTU ends',
      'warn NTU has no code',
      'warn late',
    ]);
    expect(tap.entries.map(({ level, code }) => [level, code])).toEqual([
      ['warn', 'CLIP_EMPTY'],
      ['error', 'FORMAT_TRUNCATED'],
      ['warn', null],
      ['warn', null],
    ]);
    expect(heard).toHaveLength(3);
  });

  it('keeps the last 100', () => {
    const tap = createLogTap({ debug() {}, info() {}, warn() {}, error() {} });
    for (let k = 0; k < 130; k++) tap.logger.warn(`w${k}`);
    expect(tap.entries).toHaveLength(100);
    expect(tap.entries[0]!.message).toBe('w30');
  });
});
