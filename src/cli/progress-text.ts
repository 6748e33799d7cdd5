/** A duration as people read it: `850 ms`, `12 s`, `3 min 5 s`, `2 h 4 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const WIDTH = 24;

/** A bar of fixed width, filled to `share` of 0 to 1. */
export function progressBar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
}

/** Bar, counts and time left, the latter at the speed so far. */
export function progressText(what: string, done: number, all: number, elapsedMs: number): string {
  const leftMs = done === 0 ? Number.NaN : (elapsedMs * (all - done)) / done;
  return `${what} ${progressBar(done / all)} ${done}/${all}  ${formatDuration(leftMs)} left`;
}
