import type { KeySource } from './io.js';

/** What a key does, by the character that it types. */
export type KeyActions = Readonly<Record<string, () => void>>;

/** What a terminal sends for Ctrl-C where keys come one by one. */
const CTRL_C = '\x03';

/**
 * Runs an action at each key, where there is a terminal to type at; returns the way to stop, which leaves the terminal as it was.
 *
 * @param interrupt called for Ctrl-C, which is no signal while keys come one by one
 */
export function watchKeys(source: KeySource | undefined, actions: KeyActions, interrupt: () => void): () => void {
  if (source?.isTTY !== true || !source.setRawMode) return () => {};
  const onData = (data: Buffer | string): void => {
    for (const key of data.toString()) {
      if (key === CTRL_C) interrupt();
      else actions[key]?.();
    }
  };
  source.setRawMode(true);
  source.on('data', onData);
  source.resume();
  return () => {
    source.off('data', onData);
    source.setRawMode?.(false);
    source.pause();
  };
}
