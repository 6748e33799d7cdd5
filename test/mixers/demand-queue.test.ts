import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createDemandQueue } from '../../src/mixers/demand-queue.js';

test('outcomes meet the demands in the order they came, and the number of open ones is told', async () => {
  const queue = createDemandQueue<string>();
  const told: number[] = [];
  queue.open$.subscribe((open) => told.push(open));
  const calls = [queue.add(), queue.add(), queue.add()];
  queue.resolve('a');
  queue.reject(new Error('b'));
  queue.resolve('c');
  expect(await Promise.allSettled(calls)).toMatchObject([{ value: 'a' }, { reason: { message: 'b' } }, { value: 'c' }]);
  expect(told).toEqual([0, 1, 2, 3, 2, 1, 0]);
  expect(queue.oldestAt).toBeUndefined();
});

test('a met demand leaves no listener on its signal', async () => {
  const queue = createDemandQueue<string>();
  const { signal } = new AbortController();
  const call = queue.add(signal);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  queue.resolve('a');
  await call;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
