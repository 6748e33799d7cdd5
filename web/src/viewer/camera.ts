import type { Point } from './body-space.js';

/** Where one looks from. */
export interface Camera {
  /** Turn about the vertical, radians. */
  yaw: number;
  /** Height of the eye above the horizon, radians, within +-1.4. */
  pitch: number;
  zoom: number;
}

/** A little from the side and above. */
export const FIRST_VIEW: Readonly<Camera> = { yaw: 0.45, pitch: 0.18, zoom: 1 };

/** Distance of the eye, in sizes of what is seen: far, for a mild perspective. */
const DISTANCE = 4;
const MAX_PITCH = 1.4;

/** Turns and zooms a camera within its bounds. */
export function moveCamera(camera: Camera, by: { yaw?: number; pitch?: number; zoom?: number }): void {
  camera.yaw += by.yaw ?? 0;
  camera.pitch = Math.min(MAX_PITCH, Math.max(-MAX_PITCH, camera.pitch + (by.pitch ?? 0)));
  camera.zoom = Math.min(8, Math.max(0.3, camera.zoom * (by.zoom ?? 1)));
}

/** Where a point falls on a plane of one unit, y down, and how near it is (larger is nearer). Pure. */
export function project([x, y, z]: Point, { yaw, pitch, zoom }: Camera): readonly [number, number, number] {
  const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)];
  const [sinPitch, cosPitch] = [Math.sin(pitch), Math.cos(pitch)];
  const across = x * cosYaw + z * sinYaw;
  const depth = z * cosYaw - x * sinYaw;
  const height = y * cosPitch - depth * sinPitch;
  const near = depth * cosPitch + y * sinPitch;
  const scale = (zoom * DISTANCE) / Math.max(0.1, DISTANCE - near);
  return [across * scale, -height * scale, near];
}
