import { describe, expect, it, vi } from 'vitest';
import { DataError, InternalError } from '../../src/core/errors.js';
import { silentLogger } from '../../src/core/logger.js';
import { createBadClips } from '../../src/loader/bad-clips.js';

const damaged = (): DataError => new DataError('FORMAT_TRUNCATED', 'cut short');

describe('bad clips', () => {
  it('are thrown by default', () => {
    const error = damaged();
    expect(() => createBadClips(10).report(3, 'c3', error)).toThrow(error);
  });

  it('are counted and logged once each when skipped', () => {
    const warn = vi.fn();
    const bad = createBadClips(100, { onError: 'skip', logger: { ...silentLogger, warn } });
    for (const index of [3, 4, 3, 3]) bad.report(index, `c${index}`, damaged());
    expect(bad.count).toBe(2);
    expect([bad.has(3), bad.has(5)]).toEqual([true, false]);
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      'clip c3 is left out: cut short',
      'clip c4 is left out: cut short',
    ]);
  });

  it('are too many above a tenth, or above what is said', () => {
    const tenth = createBadClips(20, { onError: 'skip' });
    tenth.report(0, 'c0', damaged());
    tenth.report(1, 'c1', damaged());
    expect(() => tenth.report(2, 'c2', damaged())).toThrow(
      expect.objectContaining({
        code: 'TOO_MANY_BAD_FILES',
        message: expect.stringMatching(/3 of 20 .* more than the 2 .*cut short/),
      }),
    );
    const none = createBadClips(20, { onError: 'skip', maxBadClips: 0 });
    expect(() => none.report(0, 'c0', damaged())).toThrow(expect.objectContaining({ code: 'TOO_MANY_BAD_FILES' }));
  });

  it('are no excuse for other errors', () => {
    const bad = createBadClips(10, { onError: 'skip' });
    const bug = new InternalError('a bug');
    expect(() => bad.report(0, 'c0', bug)).toThrow(bug);
    const closed = new DataError('CLOSED', 'closed');
    expect(() => bad.report(0, 'c0', closed)).toThrow(closed);
    expect(bad.count).toBe(0);
  });
});
