/** A point or direction: x to the right of a body that faces the camera, y up, z away from the camera (its back). */
export type Vector = readonly [number, number, number];

/** A rotation matrix by rows. */
export type Rotation = readonly [Vector, Vector, Vector];

const RADIANS = Math.PI / 180;

/** Turns about the x axis: up goes to the back. Degrees. */
export function rotateX(degrees: number): Rotation {
  const c = Math.cos(degrees * RADIANS);
  const s = Math.sin(degrees * RADIANS);
  return [
    [1, 0, 0],
    [0, c, -s],
    [0, s, c],
  ];
}

/** Turns about the y axis: the back goes to the right, the front to the left. Degrees. */
export function rotateY(degrees: number): Rotation {
  const c = Math.cos(degrees * RADIANS);
  const s = Math.sin(degrees * RADIANS);
  return [
    [c, 0, s],
    [0, 1, 0],
    [-s, 0, c],
  ];
}

/** Turns about the z axis: the right goes up. Degrees. */
export function rotateZ(degrees: number): Rotation {
  const c = Math.cos(degrees * RADIANS);
  const s = Math.sin(degrees * RADIANS);
  return [
    [c, -s, 0],
    [s, c, 0],
    [0, 0, 1],
  ];
}

/** The product of rotations: the last acts first. */
export function compose(first: Rotation, ...rest: readonly Rotation[]): Rotation {
  return rest.reduce((a, b): Rotation => [timesRow(a[0], b), timesRow(a[1], b), timesRow(a[2], b)], first);
}

function timesRow([x, y, z]: Vector, [r0, r1, r2]: Rotation): Vector {
  return [x * r0[0] + y * r1[0] + z * r2[0], x * r0[1] + y * r1[1] + z * r2[1], x * r0[2] + y * r1[2] + z * r2[2]];
}

export function rotate(rotation: Rotation, vector: Vector): Vector {
  return [dot(rotation[0], vector), dot(rotation[1], vector), dot(rotation[2], vector)];
}

export function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function length(a: Vector): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** The direction of a vector; must not be zero. */
export function normalise(a: Vector): Vector {
  return scale(a, 1 / length(a));
}
