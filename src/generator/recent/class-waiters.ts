/** Callers that wait for a class. */
export interface ClassWaiters {
  /** Resolves at the next `wake` of the class; rejects with the signal's reason on abort. */
  wait(label: number, signal: AbortSignal): Promise<void>;
  /** Lets all that wait for the class look: whoever comes too late waits again. */
  wake(label: number): void;
  rejectAll(error: unknown): void;
  count(label: number): number;
  readonly total: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Nobody waits yet. */
export function createClassWaiters(): ClassWaiters {
  const waiters = new Map<number, Set<Waiter>>();
  const drop = (label: number, waiter: Waiter): void => {
    const all = waiters.get(label);
    all?.delete(waiter);
    if (all?.size === 0) waiters.delete(label);
  };

  return {
    wait(label, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const settle =
          <A extends unknown[]>(done: (...values: A) => void) =>
          (...values: A): void => {
            signal.removeEventListener('abort', onAbort);
            drop(label, waiter);
            done(...values);
          };
        const waiter: Waiter = { resolve: settle(resolve), reject: settle(reject) };
        const onAbort = (): void => waiter.reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        const all = waiters.get(label);
        if (all) all.add(waiter);
        else waiters.set(label, new Set([waiter]));
      });
    },
    wake(label) {
      for (const waiter of [...(waiters.get(label) ?? [])]) waiter.resolve();
    },
    rejectAll(error) {
      for (const waiter of [...waiters.values()].flatMap((all) => [...all])) waiter.reject(error);
    },
    count: (label) => waiters.get(label)?.size ?? 0,
    get total() {
      let total = 0;
      for (const all of waiters.values()) total += all.size;
      return total;
    },
  };
}
