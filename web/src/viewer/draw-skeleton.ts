import { type PlacedClip, type Point, sidesOf } from './body-space.js';
import { type Camera, project } from './camera.js';
import type { LayoutJson } from './layout-json.js';

/** Colours of what is drawn. */
export type Palette = Readonly<Record<'left' | 'right' | 'middle' | 'grid' | 'second', string>>;

/** Lines of the floor in each direction. */
const GRID_LINES = 8;
/** Share of the smaller side of the picture that a unit takes. */
const FILL = 0.72;

/** One frame of a clip on a canvas: floor, bones coloured by side, joints. Two persons differ in the strength of their colour. */
export function drawSkeleton(
  context: CanvasRenderingContext2D,
  placed: PlacedClip,
  frame: number,
  layout: LayoutJson,
  camera: Camera,
  palette: Palette,
): void {
  const { width, height } = context.canvas;
  const unit = FILL * Math.min(width, height);
  const view: Camera = layout.channels === 2 ? { yaw: 0, pitch: 0, zoom: camera.zoom } : camera;
  const pixel = (point: Point): [number, number] => {
    const [x, y] = project(point, view);
    return [width / 2 + unit * x, height / 2 + unit * y];
  };
  const line = (from: Point, to: Point): void => {
    context.beginPath();
    context.moveTo(...pixel(from));
    context.lineTo(...pixel(to));
    context.stroke();
  };
  context.clearRect(0, 0, width, height);
  context.lineCap = 'round';
  if (placed.floor !== null) {
    context.strokeStyle = palette.grid;
    context.lineWidth = Math.max(1, unit / 400);
    for (let k = 0; k <= GRID_LINES; k++) {
      const place = k / GRID_LINES - 0.5;
      line([place, placed.floor, -0.5], [place, placed.floor, 0.5]);
      line([-0.5, placed.floor, place], [0.5, placed.floor, place]);
    }
  }
  const sides = sidesOf(layout);
  const { M } = placed.clip.shape;
  let someone = false;
  const thickness = Math.max(1.5, (unit * Math.sqrt(camera.zoom)) / 75);
  for (let m = 0; m < M; m++) {
    context.globalAlpha = m === 0 ? 1 : 0.55;
    const points = layout.joints.map((_, v) => placed.at(m, frame, v));
    someone ||= points.some((point) => point !== null);
    context.lineWidth = thickness;
    for (const [v, parent] of layout.parents.entries()) {
      const [from, to] = [points[parent], points[v]];
      if (parent < 0 || !from || !to) continue;
      context.strokeStyle = palette[sides[v]!];
      line(from, to);
    }
    for (const [v, point] of points.entries()) {
      if (!point) continue;
      context.fillStyle = palette[sides[v]!];
      context.beginPath();
      context.arc(...pixel(point), 0.75 * thickness, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  if (someone) return;
  context.fillStyle = palette.second;
  context.font = `${Math.round(unit / 16)}px system-ui, sans-serif`;
  context.textAlign = 'center';
  context.fillText('nobody in this frame', width / 2, height / 2);
}
