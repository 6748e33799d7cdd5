import type { Provider } from '../../../src/engine/onnx/session.js';
import { findWebgpuDevice } from '../../../src/engine/onnx/webgpu-device.js';
import { TOLERANCE } from '../agreement.js';

const device = await findWebgpuDevice();

/** A place where the onnx engine may compute. */
interface Place {
  readonly provider: Provider;
  readonly where: string;
  /** There is none here: tests of it are skipped. */
  readonly isMissing: boolean;
  /** Largest difference from cpu that is allowed, as a share of the largest magnitude. */
  readonly tolerance: number;
  /** Cases of op-cases.ts that may differ more. */
  readonly looser: Readonly<Record<string, number>>;
  /** Cases of op-cases.ts that it can't do. */
  readonly without: readonly string[];
}

/**
 * The processor, and a device through WebGPU. WGSL asks of sine and cosine an error of 2^-11 at most, and lets a device assume
 * that there is no NaN (sections "Accuracy of built-in functions" and "Differences from IEEE-754" of the specification).
 */
export const PLACES: readonly Place[] = [
  { provider: 'cpu', where: 'the processor', isMissing: false, tolerance: TOLERANCE, looser: {}, without: [] },
  {
    provider: 'webgpu',
    where: 'webgpu (needs a device)',
    isMissing: !device.usable,
    tolerance: 1e-4,
    looser: { sin: 1e-3, cos: 1e-3, tan: 1e-3 },
    without: ['is nan'],
  },
];
