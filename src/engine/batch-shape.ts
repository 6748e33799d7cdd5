import type { InputShape, Shape } from './engine.js';

/** Whether the first axis of a shape is the number of rows of a run. */
export function isBatched(shape: InputShape): shape is readonly ['B', ...number[]] {
  return shape[0] === 'B';
}

/** Whether any of several shapes is batched. */
export function anyBatched(shapes: Readonly<Record<string, InputShape>>): boolean {
  return Object.values(shapes).some(isBatched);
}

/** The shape in a run of so many rows. */
export function shapeAt(shape: InputShape, batch: number): Shape {
  return isBatched(shape) ? [batch, ...(shape.slice(1) as number[])] : (shape as Shape);
}

/** Every shape in a run of so many rows. */
export function shapesAt(shapes: Readonly<Record<string, InputShape>>, batch: number): Record<string, Shape> {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shapeAt(shape, batch)]));
}

/** Number of elements of one row; of a shape without rows, of all of it. */
export function rowSize(shape: InputShape): number {
  let size = 1;
  for (const dim of shapeAt(shape, 1)) size *= dim;
  return size;
}
