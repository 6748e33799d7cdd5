import type { EngineName } from './engine-names.js';
import { probeEngine } from './probe-engine.js';

process.send?.(await probeEngine(process.argv[2] as EngineName), () => process.disconnect());
