import { InternalError } from '../core/errors.js';
import { tf } from './tfjs.js';

/**
 * Runs synchronous work with another tfjs backend and inside a tidy scope, then puts the former backend back, also after an
 * error. tfjs has one global backend; since nothing here waits, no other code can see it changed.
 *
 * @param backend a registered backend whose factory is synchronous
 * @param work must not be async; tensors it makes are disposed when it returns
 */
export function withBackend<R>(backend: string, work: () => R): R {
  const former = tf.getBackend();
  select(backend);
  tf.engine().startScope('skelmix');
  try {
    return work();
  } catch (error) {
    disposeAbandonedTape();
    throw error;
  } finally {
    tf.engine().endScope();
    select(former);
  }
}

function select(backend: string): void {
  if (tf.engine().backendName === backend) return;
  // setBackend is declared async, but does its work before it returns where the factory is synchronous.
  tf.setBackend(backend).catch(() => undefined);
  if (tf.engine().backendName !== backend) throw new InternalError(`tfjs did not switch to its backend '${backend}'`);
}

/** Where a gradient fails, tfjs leaves the tensors that its tape had saved. */
function disposeAbandonedTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth !== 0 || !state.activeTape) return;
  for (const { saved } of state.activeTape) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = null as never;
}
