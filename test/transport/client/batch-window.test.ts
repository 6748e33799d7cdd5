import { expect, it } from 'vitest';
import { BatchWindow } from '../../../src/transport/client/batch-window.js';
import { numberedBatch } from '../support/array-source.js';

const batch = (seq: number) => numberedBatch(seq, { ratio: 0, paused: false }, 0, 10);

function windowOf(size: number) {
  const grants: [n: number, ack: readonly number[]][] = [];
  return { window: new BatchWindow(size, (n, ack) => grants.push([n, ack])), grants };
}

it('a window grants its size first, then one with each acknowledgement', async () => {
  const { window, grants } = windowOf(3);
  const first = window.take();
  for (const lease of [1, 2, 3]) window.receive(lease, batch(lease));
  expect((await first)?.seq).toBe(1);
  expect((await window.take())?.seq).toBe(2);
  expect((await window.take())?.seq).toBe(3);
  expect(grants).toEqual([
    [3, []],
    [1, [1]],
    [1, [2]],
  ]);
});

it('a fault stands behind what was received before it, and is told once', async () => {
  const { window, grants } = windowOf(3);
  const first = window.take();
  window.receive(1, batch(1));
  window.receive(2, batch(2));
  await first;
  window.lapse(new Error('no clip'));
  expect((await window.take())?.seq).toBe(2);
  await expect(window.take()).rejects.toThrow('no clip');
  const next = window.take();
  expect(grants.slice(1)).toEqual([
    [0, [1]],
    [0, [2]],
    [3, []],
  ]);
  window.receive(3, batch(3));
  expect((await next)?.seq).toBe(3);
});

it('a new session drops what was not begun and grants anew, with no lease of the old one', async () => {
  const { window, grants } = windowOf(2);
  const first = window.take();
  window.receive(1, batch(1));
  window.receive(2, batch(2));
  await first;
  window.restart(2);
  const next = window.take();
  expect(grants.at(-1)).toEqual([2, []]);
  window.receive(1, batch(7));
  expect((await next)?.seq).toBe(7);
});

it('an end hands out what was received, then stops or throws; the first end counts', async () => {
  const { window } = windowOf(2);
  const first = window.take();
  window.receive(1, batch(1));
  window.receive(2, batch(2));
  await first;
  window.end({ error: new Error('gone') }, false);
  window.end({}, false);
  expect((await window.take())?.seq).toBe(2);
  await expect(window.take()).rejects.toThrow('gone');
  const { window: other } = windowOf(2);
  const waiting = other.take();
  other.end({}, true);
  expect(await waiting).toBeUndefined();
});
