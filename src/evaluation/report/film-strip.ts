import type { Clip } from '../../core/clip.js';
import { isPresent } from '../../core/is-present.js';
import type { Layout } from '../../core/layout.js';
import type { Upwards } from '../metrics/foot-speed.js';
import { escapeHtml } from './escape-html.js';

/** Where a film is looked at from. */
export interface View {
  readonly layout: Layout;
  /** Undefined where it is not known: then y is up in 3-D and down in 2-D, as in images. */
  readonly up: Upwards | undefined;
}

/** One strip: its caption and its clip. */
export interface Film {
  readonly caption: string;
  readonly clip: Clip;
}

/** Turn about the vertical axis that lets depth be seen, and the camera's pitch, radians. */
const YAW = 0.5;
const PITCH = 0.15;
const CELL = 86;
const HEIGHT = 110;

/** A point on the page: to the right and down, in the clip's units. */
type Point = readonly [number, number];

/** Coordinates of one joint as a point on the page. */
function project(coordinates: Float32Array, { up }: View): Point {
  const C = coordinates.length;
  const { axis, sign } = up ?? { axis: 1, sign: C === 2 ? -1 : 1 };
  const height = sign * coordinates[axis]!;
  const [first, second] = [0, 1, 2].filter((other) => other !== axis);
  const across = coordinates[first!]!;
  if (C === 2) return [across, -height];
  const depth = coordinates[second!]!;
  const right = Math.cos(YAW) * across + Math.sin(YAW) * depth;
  const away = Math.cos(YAW) * depth - Math.sin(YAW) * across;
  return [right, -Math.cos(PITCH) * height - Math.sin(PITCH) * away];
}

/** Points of every person in the chosen frames: [frame][person] to joints, or undefined where the person is not there. */
function pointsOf(clip: Clip, frames: readonly number[], view: View): (Point[] | undefined)[][] {
  const { M, T, V, C } = clip.shape;
  return frames.map((t) =>
    Array.from({ length: M }, (_, m) => {
      if (!isPresent(clip, m, t)) return undefined;
      return Array.from({ length: V }, (_, v) => {
        const at = ((m * T + t) * V + v) * C;
        return project(clip.keypoint.subarray(at, at + C), view);
      });
    }),
  );
}

/** Bones of one body as path data, by side: the midline, the one and the other of each mirror pair. */
function bonePaths(points: readonly Point[], layout: Layout, place: (point: Point) => string): [string, string, string] {
  const paths: [string, string, string] = ['', '', ''];
  for (const [v, parent] of layout.parents.entries()) {
    if (parent < 0) continue;
    const partner = layout.mirror[v]!;
    const side = partner === v ? 0 : v < partner ? 1 : 2;
    paths[side] += `M${place(points[parent]!)}L${place(points[v]!)}`;
  }
  return paths;
}

/** Smallest and largest of each page coordinate. */
function boundsOf(points: readonly Point[]): { low: Point; high: Point } {
  const [x, y] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const low = (values: readonly number[]): number =>
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = (values: readonly number[]): number =>
    values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return { low: [low(x), low(y)], high: [high(x), high(y)] };
}

/**
 * Film strips as inline SVG, one under the other at one scale: bodies in evenly spaced frames, drawn from joints and the layout's
 * bones. Two persons differ in line style, left and right in colour (CSS classes `mid`, `one`, `two`, and `person1` upwards).
 *
 * @param numFrames frames shown of each clip
 */
export function filmStrips(films: readonly Film[], view: View, numFrames = 8): string {
  const strips = films.map(({ caption, clip }) => {
    const shown = Math.min(numFrames, clip.shape.T);
    const frames = Array.from({ length: shown }, (_, i) => Math.round((i * (clip.shape.T - 1)) / Math.max(1, shown - 1)));
    const bodies = pointsOf(clip, frames, view);
    const points = bodies.flat().flatMap((body) => body ?? []);
    return { caption, bodies, bounds: points.length > 0 ? boundsOf(points) : { low: [0, 0] as Point, high: [1, 1] as Point } };
  });
  const extent = (axis: 0 | 1): number =>
    strips.reduce((most, { bounds }) => Math.max(most, bounds.high[axis] - bounds.low[axis]), 1e-6);
  const scale = Math.min((CELL - 8) / extent(0), (HEIGHT - 8) / extent(1));
  return strips
    .map(({ caption, bodies, bounds }) => {
      const centre = [0, 1].map((axis) => (bounds.low[axis as 0 | 1] + bounds.high[axis as 0 | 1]) / 2);
      const drawn = bodies.flatMap((persons, i) =>
        persons.map((body, m) => {
          if (!body) return '';
          const place = ([x, y]: Point): string =>
            `${(i * CELL + CELL / 2 + (x - centre[0]!) * scale).toFixed(1)} ${(HEIGHT / 2 + (y - centre[1]!) * scale).toFixed(1)}`;
          const [mid, one, two] = bonePaths(body, view.layout, place);
          const path = (side: string, data: string): string => (data === '' ? '' : `<path class="${side}" d="${data}"/>`);
          return `<g class="person${m}">${path('mid', mid)}${path('one', one)}${path('two', two)}</g>`;
        }),
      );
      const width = bodies.length * CELL;
      return (
        `<figure class="film"><figcaption>${escapeHtml(caption)}</figcaption>` +
        `<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${escapeHtml(caption)}">${drawn.join('')}</svg></figure>`
      );
    })
    .join('');
}
