import { findWebgpuDevice } from '../../../src/engine/onnx/webgpu-device.js';
import { TOLERANCE } from '../agreement.js';

const device = await findWebgpuDevice();

/** Where the onnx engine may compute, with the largest difference from cpu that is allowed there; skipped where it can't. */
export const PROVIDERS = [
  { provider: 'cpu', where: 'the processor', isMissing: false, tolerance: TOLERANCE },
  { provider: 'webgpu', where: 'webgpu (needs a device)', isMissing: !device.usable, tolerance: 1e-4 },
] as const;
