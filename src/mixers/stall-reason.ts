import type { Stall } from '../core/source.js';
import type { Filling } from './supply.js';

const times = (count: number): string => (count === 1 ? '' : ` (${count} of them)`);

/** Says in words what a batch that is asked for waits for. Pure. */
export function stallReason(paused: boolean, waiting: Filling['waiting'], sinceMs: number, classes: readonly string[]): Stall {
  if (paused) return { code: 'paused', sinceMs, hint: 'the stream is paused: set paused to false to go on' };
  const [label] = waiting.labels;
  if (label !== undefined) {
    const same = waiting.labels.filter((other) => other === label).length;
    const others = new Set(waiting.labels).size - 1;
    return {
      code: 'generator_slow',
      sinceMs,
      hint:
        `waiting for a fresh synthetic sample of class ${label} "${classes[label] ?? '?'}"${times(same)}` +
        `${others === 0 ? '' : ` and of ${others} more`}: lower the ratio, allow more reuse, or take the policy "real"`,
    };
  }
  return {
    code: 'source_slow',
    sinceMs,
    hint: `waiting for ${waiting.reads} real samples to be read: give the loader more workers or a larger cache`,
  };
}
