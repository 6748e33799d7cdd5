/** How far an engine may lie from cpu, as a share of the largest magnitude of an output (at least 1). */
export interface Tolerance {
  /** Every kernel and gradient, the networks with their gradients, and one training step. */
  readonly once: number;
  /** Ten training steps: Adam divides by gradients close to zero, which lifts rounding errors from step to step. */
  readonly tenSteps: number;
  /** Coordinates, in units of the body, after 16 guided steps from the same noise. */
  readonly guided: number;
}

const FLOAT32: Tolerance = { once: 1e-5, tenSteps: 1e-3, guided: 1e-4 };
/** Devices order their sums as they like, and take functions from tables. */
const DEVICE: Tolerance = { once: 1e-4, tenSteps: 1e-3, guided: 1e-3 };

/** The one table of what agreement means; docs/engines.md shows it. */
export const TOLERANCES = {
  'onnx-cuda': DEVICE,
  'tensorflow-gpu': DEVICE,
  'onnx-webgpu': DEVICE,
  'onnx-cpu': FLOAT32,
  'tensorflow-cpu': FLOAT32,
  wasm: FLOAT32,
} as const satisfies Record<string, Tolerance>;

/** The table as docs/engines.md must show it. */
export function toleranceTable(): string {
  const rows = Object.entries(TOLERANCES).map(
    ([name, { once, tenSteps, guided }]) =>
      `| \`${name}\` | ${once.toExponential()} | ${tenSteps.toExponential()} | ${guided.toExponential()} |`,
  );
  return [
    '| engine | kernels, gradients, networks, one training step | ten training steps | 16 guided steps |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
