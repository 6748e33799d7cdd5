/** A clock for clips: a position in seconds that runs, stops, steps and is scrubbed. */
export interface Playback {
  readonly isPlaying: boolean;
  /** Seconds from the start. */
  readonly time: number;
  /** Length of the longest clip, seconds. */
  duration: number;
  speed: number;
  play(): void;
  pause(): void;
  /** Sets the position, within the length. */
  seek(time: number): void;
  /** Moves on by real time, ms; begins anew at the end. Returns true where that happened. */
  advance(elapsedMs: number): boolean;
}

/** A clock at 0 that stands still. */
export function createPlayback(): Playback {
  let time = 0;
  let isPlaying = false;
  const own: Playback = {
    get isPlaying() {
      return isPlaying;
    },
    get time() {
      return time;
    },
    duration: 0,
    speed: 1,
    play() {
      isPlaying = true;
    },
    pause() {
      isPlaying = false;
    },
    seek(to) {
      time = Math.min(Math.max(0, to), own.duration);
    },
    advance(elapsedMs) {
      if (!isPlaying || own.duration === 0) return false;
      time += (elapsedMs / 1000) * own.speed;
      if (time < own.duration) return false;
      time %= own.duration;
      return true;
    },
  };
  return own;
}

/** The frame of a clip at a time; a shorter clip stays at its last frame. */
export function frameAt(time: number, fps: number, frames: number): number {
  return Math.min(frames - 1, Math.max(0, Math.floor(time * fps + 1e-6)));
}
