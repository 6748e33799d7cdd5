import { afterEach, expect, it, vi } from 'vitest';
import { type InterruptHandlers, watchInterrupts } from '../../src/cli/interrupts.js';

let unwatch = (): void => {};
afterEach(() => unwatch());

function watch() {
  let time = 0;
  const handlers = { onFirst: vi.fn(), onForced: vi.fn() } satisfies InterruptHandlers;
  unwatch = watchInterrupts({ ...handlers, now: () => time });
  return {
    ...handlers,
    send(signal: NodeJS.Signals, atMs: number) {
      time = atMs;
      process.emit(signal);
    },
  };
}

it('the first signal stops in order, a later one ends at once with its own exit code', () => {
  const { send, onFirst, onForced } = watch();
  send('SIGINT', 1000);
  expect(onFirst.mock.calls).toEqual([['SIGINT']]);
  expect(onForced).not.toHaveBeenCalled();
  send('SIGINT', 1400);
  expect(onForced.mock.calls).toEqual([['SIGINT']]);
  expect(onFirst).toHaveBeenCalledTimes(1);
});

it('SIGTERM counts like Ctrl-C', () => {
  const { send, onFirst, onForced } = watch();
  send('SIGTERM', 0);
  expect(onFirst.mock.calls).toEqual([['SIGTERM']]);
  send('SIGTERM', 5000);
  expect(onForced.mock.calls).toEqual([['SIGTERM']]);
});

it('the copy of a Ctrl-C that npx hands on is the same press', () => {
  const { send, onForced } = watch();
  send('SIGINT', 1000);
  send('SIGINT', 1010);
  expect(onForced).not.toHaveBeenCalled();
});

it('leaves no listeners behind', () => {
  const before = [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
  watch();
  unwatch();
  expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual(before);
});
