import { z } from 'zod';
import type { LiveSettings } from '../core/source.js';

/** The settings that may change while the stream runs (`LiveSettings`); every other setting is fixed at the start. */
export const LiveSettingsSchema = z.strictObject({
  ratio: z.number().min(0).max(1).describe('share of synthetic samples in the stream, from 0 (none) to 1 (all)'),
  paused: z.boolean().describe('a paused stream builds no batches'),
}) satisfies z.ZodType<LiveSettings>;
