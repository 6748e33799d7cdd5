import { expect, it } from 'vitest';
import { join, provide } from '../support/open.js';

it('after each of 1000 changes at most as many batches as credit come under the old ratio', async () => {
  const { at } = await provide();
  const credit = 4;
  const stream = await join(at, { mode: 'broadcast', credit });
  const batches = stream[Symbol.asyncIterator]();
  await batches.next();
  let worst = 0;
  for (let i = 1; i <= 1000; i++) {
    const { rev } = await stream.setRatio((i % 10) / 10);
    let old = 0;
    for (let { value } = await batches.next(); value!.rev < rev; { value } = await batches.next()) old++;
    worst = Math.max(worst, old);
  }
  expect(worst).toBeLessThanOrEqual(credit);
  expect(stream.rev).toBe(1000);
});
