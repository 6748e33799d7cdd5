import { describe, expect, it } from 'vitest';
import { packError, unpackError } from '../../src/core/error-transfer.js';
import { ConfigError, DataError, InternalError, ModelError, TransportError } from '../../src/core/errors.js';

describe('packError and unpackError', () => {
  it.each([
    new ConfigError('CONFIG_INVALID', 'a', { details: { got: 1.4 } }),
    new DataError('FORMAT_TRUNCATED', 'b', { details: { byteOffset: 136 } }),
    new ModelError('WEIGHTS_SHAPE', 'c'),
    new TransportError('TIMEOUT', 'd'),
    new InternalError('e'),
  ])('brings $name back with class, code, message, details, exit code and stack', (error) => {
    const back = unpackError(structuredClone(packError(error)));
    expect(back).toBeInstanceOf(error.constructor);
    expect([back.code, back.message, back.details, back.exitCode, back.stack]).toEqual([
      error.code,
      error.message,
      error.details,
      error.exitCode,
      error.stack,
    ]);
  });

  it('makes an InternalError of anything else', () => {
    expect(unpackError(packError('oops'))).toMatchObject({ code: 'BUG', message: 'oops', exitCode: 70 });
    expect(unpackError(packError(new RangeError('too far')))).toMatchObject({ code: 'BUG', message: 'too far' });
  });
});
