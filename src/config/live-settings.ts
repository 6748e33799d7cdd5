import { z } from 'zod';
import { MAX_GATE_THRESHOLD } from '../core/gate-criteria.js';
import type { LiveSettings } from '../core/source.js';

const threshold = () => z.number().min(0).max(MAX_GATE_THRESHOLD);

/** The settings that may change while the stream runs (`LiveSettings`); every other setting is fixed at the start. */
export const LiveSettingsSchema = z.strictObject({
  ratio: z.number().min(0).max(1).describe('share of synthetic samples in the stream, from 0 (none) to 1 (all)'),
  paused: z.boolean().describe('a paused stream builds no batches'),
  'gate.likelihood': threshold().exactOptional().describe('lower quantile of p(class | clip) of the real clips; 0 is off'),
  'gate.bones': threshold().exactOptional().describe('upper quantile of the variation of bone lengths; 0 is off'),
  'gate.jitter': threshold().exactOptional().describe('lower and upper quantile of the jitter; 0 is off'),
  'gate.nearest': threshold().exactOptional().describe('lower quantile of the distance to the nearest training clip; 0 is off'),
}) satisfies z.ZodType<LiveSettings>;
