/** A function that runs at most once in a while. */
export interface Throttled<A> {
  /** Runs now, or once the pause is over, with the last argument. */
  (argument: A): void;
  /** Runs what waits, now. */
  flush(): void;
  /** True while an argument waits for its turn. */
  isWaiting(): boolean;
}

/** Lets a function run at most once in `pauseMs`; the last call always comes through. */
export function throttle<A>(run: (argument: A) => void, pauseMs: number): Throttled<A> {
  let waiting: { argument: A } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = (): void => {
    timer = undefined;
    if (!waiting) return;
    const { argument } = waiting;
    waiting = undefined;
    timer = setTimeout(fire, pauseMs);
    run(argument);
  };
  const throttled = (argument: A): void => {
    waiting = { argument };
    if (timer === undefined) fire();
  };
  return Object.assign(throttled, {
    flush() {
      clearTimeout(timer);
      timer = undefined;
      fire();
    },
    isWaiting: () => waiting !== undefined,
  });
}
