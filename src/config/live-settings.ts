import { z } from 'zod';
import { MAX_GATE_THRESHOLD } from '../core/gate-criteria.js';
import { MAX_GUIDANCE_SCALE } from '../core/guidance-scales.js';
import { MAX_SCHEDULE_LENGTH, SCHEDULE_UNITS } from '../core/ratio-schedule.js';
import type { LiveSettings } from '../core/source.js';

const ratio = () => z.number().min(0).max(1);
const length = () => z.number().min(0).max(MAX_SCHEDULE_LENGTH);
const unit = () => z.enum(SCHEDULE_UNITS).default('epochs');
const scale = () => z.number().min(0).max(MAX_GUIDANCE_SCALE);

const Schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), to: ratio() }),
  z.strictObject({ kind: z.enum(['linear', 'cosine']), from: ratio(), to: ratio(), over: length(), unit: unit() }),
  z.strictObject({ kind: z.literal('warm'), to: ratio(), rise: length(), hold: length(), fall: length(), unit: unit() }),
]);

const threshold = () => z.number().min(0).max(MAX_GATE_THRESHOLD);

/** The settings that may change while the stream runs (`LiveSettings`); every other setting is fixed at the start. */
export const LiveSettingsSchema = z.strictObject({
  ratio: ratio().describe('share of synthetic samples in the stream, from 0 (none) to 1 (all)'),
  paused: z.boolean().describe('a paused stream builds no batches'),
  schedule: Schedule.nullable().optional().describe('the ratio over time; null: none'),
  classWeights: z
    .array(z.number().min(0).max(100))
    .min(1)
    .refine((weights) => weights.some((weight) => weight >= 0.01), 'all 0')
    .nullable()
    .optional()
    .describe('what the synthetic samples of each class weigh against each other; null: as configured'),
  'gate.likelihood': threshold().exactOptional().describe('lower quantile of p(class | clip) of the real clips; 0 is off'),
  'gate.bones': threshold().exactOptional().describe('upper quantile of the variation of bone lengths; 0 is off'),
  'gate.jitter': threshold().exactOptional().describe('lower and upper quantile of the jitter; 0 is off'),
  'gate.nearest': threshold().exactOptional().describe('lower quantile of the distance to the nearest training clip; 0 is off'),
  'guidance.classifierFree': scale().exactOptional().describe('strength of classifier-free guidance; 1 is off'),
  'guidance.classifier': scale().exactOptional().describe('strength of the guidance by the transformer; 0 is off'),
}) satisfies z.ZodType<LiveSettings>;
