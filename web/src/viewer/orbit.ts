import { type Camera, FIRST_VIEW, moveCamera } from './camera.js';

const KEYS: Readonly<Record<string, { yaw?: number; pitch?: number; zoom?: number }>> = {
  ArrowLeft: { yaw: -0.15 },
  ArrowRight: { yaw: 0.15 },
  ArrowUp: { pitch: 0.1 },
  ArrowDown: { pitch: -0.1 },
  '+': { zoom: 1.15 },
  '=': { zoom: 1.15 },
  '-': { zoom: 1 / 1.15 },
};

/** Lets pointer, wheel and keys on a canvas move a camera; a double click or Home brings the first view back. */
export function bindOrbit(canvas: HTMLCanvasElement, camera: Camera, moved: () => void): void {
  const move = (by: Parameters<typeof moveCamera>[1]): void => {
    moveCamera(camera, by);
    moved();
  };
  const reset = (): void => {
    Object.assign(camera, FIRST_VIEW);
    moved();
  };
  canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) move({ yaw: event.movementX / 120, pitch: event.movementY / 160 });
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      move({ zoom: Math.exp(-event.deltaY / 600) });
    },
    { passive: false },
  );
  canvas.addEventListener('dblclick', reset);
  canvas.addEventListener('keydown', (event) => {
    const by = KEYS[event.key];
    if (!by && event.key !== 'Home') return;
    event.preventDefault();
    if (by) move(by);
    else reset();
  });
}
