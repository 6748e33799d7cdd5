import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { loadLayout } from '../../src/loader/index.js';
import { createPoolReader } from '../../src/loader/pool.js';

vi.mock('piscina', () => ({
  /** A pool in which the answer to a task comes after the task was cut off: piscina 5 then emits an error. */
  Piscina: class extends EventEmitter {
    async destroy(): Promise<void> {
      this.emit('error', new Error('Unexpected message from Worker'));
    }
  },
}));

it('an answer that comes too late, while the pool is being closed, is no error', async () => {
  const layout = await loadLayout('utd-mhad');
  const dataset = { spec: 'puppet:1', split: 'train', seed: 0 };
  const reader = createPoolReader({ dataset, profile: { args: { window_size: 4, num_person: 1 }, layout } }, 1);
  await expect(reader.close()).resolves.toBeUndefined();
});
