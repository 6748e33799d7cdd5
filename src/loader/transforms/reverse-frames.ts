import { like, type Planes } from './planes.js';

/** The frames from the last to the first. Gives new planes. */
export function reverseFrames(planes: Planes): Planes {
  const { x, C, T, V, M } = planes;
  const width = V * M;
  const out = new Float32Array(x.length);
  for (let c = 0; c < C; c++)
    for (let t = 0; t < T; t++) {
      const from = (c * T + t) * width;
      out.set(x.subarray(from, from + width), (c * T + T - 1 - t) * width);
    }
  return like(planes, out);
}
