import { describe, expect, it } from 'vitest';
import { describeError, formatErrorReport } from '../../src/cli/report-error.js';
import { ConfigError, DataError, InternalError, ModelError, TransportError } from '../../src/core/errors.js';

describe('describeError', () => {
  it.each([
    [new ConfigError('CONFIG_CONFLICT', 'm'), 2, 'CONFIG_CONFLICT'],
    [new DataError('CLIP_EMPTY', 'm'), 3, 'CLIP_EMPTY'],
    [new ModelError('WEIGHTS_SHAPE', 'm'), 4, 'WEIGHTS_SHAPE'],
    [new TransportError('TIMEOUT', 'm'), 5, 'TIMEOUT'],
    [new InternalError('m'), 70, 'BUG'],
    [new TypeError('m'), 70, 'BUG'],
    ['m', 70, 'BUG'],
  ])('%o gets exit code %d', (error, exitCode, code) => {
    expect(describeError(error)).toMatchObject({ exitCode, code, message: 'm' });
  });

  it('a defect says how to get the stack, and prints none', () => {
    const block = formatErrorReport(describeError(new TypeError('x is not a function')));
    expect(block).toContain('SKELMIX_DEBUG=1');
    expect(block).not.toContain('at ');
  });

  it('the block indents every line of a message', () => {
    const block = formatErrorReport({ exitCode: 2, code: 'CONFIG_INVALID', message: 'one\ntwo', hint: undefined });
    expect(block.split('\n').slice(1)).toEqual(['  one', '  two']);
  });
});
