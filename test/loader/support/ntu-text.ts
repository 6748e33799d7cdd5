/** A body of a `.skeleton` file to write: who, in which frames, and where each joint is. */
export interface NtuTestBody {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  /** Frames between these in which it is lost. */
  readonly isLost?: (frame: number) => boolean;
  readonly place: (frame: number, joint: number) => readonly number[];
}

/** Text of a `.skeleton` file of NTU RGB+D; from frame `back` on bodies are listed the other way round. */
export function ntuText(frames: number, bodies: readonly NtuTestBody[], back = frames): string {
  const lines = [String(frames)];
  for (let t = 0; t < frames; t++) {
    const there = bodies.filter(({ first, last, isLost }) => t >= first && t <= last && !isLost?.(t));
    if (t >= back) there.reverse();
    lines.push(String(there.length));
    for (const { id, place } of there) {
      lines.push(`${id} 0 1 1 1 1 0 0.02 -0.1 2`, '25');
      for (let v = 0; v < 25; v++) lines.push(`${place(t, v).join(' ')} 277.4 191.8 1036.2 519.1 -0.2 0.02 0.9 -0.04 2`);
    }
  }
  return `${lines.join('\n')}\n`;
}
