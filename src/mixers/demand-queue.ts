import { BehaviorSubject, type Observable } from 'rxjs';

/** Demands in the order they came, each a promise that the next outcome settles. */
export interface DemandQueue<B> {
  /** Demands not met yet: the current number at subscription, then at each change. */
  readonly open$: Observable<number>;
  readonly open: number;
  /** When the first open demand was made (`performance.now()`), or undefined. */
  readonly oldestAt: number | undefined;
  /** A new demand. It is withdrawn, and rejects with the signal's reason, on abort. */
  add(signal?: AbortSignal): Promise<B>;
  /** Meets the first open demand. */
  resolve(value: B): void;
  /** Fails the first open demand. */
  reject(error: unknown): void;
}

interface Demand<B> {
  readonly madeAt: number;
  readonly settle: (outcome: { value: B } | { error: unknown }) => void;
}

/** An empty queue. */
export function createDemandQueue<B>(): DemandQueue<B> {
  const demands: Demand<B>[] = [];
  const open$ = new BehaviorSubject(0);
  const tell = (): void => open$.next(demands.length);

  return {
    open$,
    get open() {
      return demands.length;
    },
    get oldestAt() {
      return demands[0]?.madeAt;
    },
    add(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise<B>((resolve, reject) => {
        const withdraw = (): void => {
          demands.splice(demands.indexOf(demand), 1);
          reject(signal!.reason);
          tell();
        };
        const demand: Demand<B> = {
          madeAt: performance.now(),
          settle(outcome) {
            signal?.removeEventListener('abort', withdraw);
            if ('value' in outcome) resolve(outcome.value);
            else reject(outcome.error);
          },
        };
        signal?.addEventListener('abort', withdraw, { once: true });
        demands.push(demand);
        tell();
      });
    },
    resolve(value) {
      demands.shift()?.settle({ value });
      tell();
    },
    reject(error) {
      demands.shift()?.settle({ error });
      tell();
    },
  };
}
