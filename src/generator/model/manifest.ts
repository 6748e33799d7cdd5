import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import { gateBoundsSchema } from '../gate/gate-bounds.js';

const numberOrText = z.record(z.string(), z.union([z.number(), z.string()]));

const manifestSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  version: z.string(),
  dataset: z.object({
    name: z.string(),
    split: z.string(),
    simulated: z.boolean(),
    digest: z.string(),
    clips: z.number().int(),
    clipsPerClass: z.number().int().min(1).optional(),
    subsetSeed: z.number().int().min(0).optional(),
  }),
  layout: z.custom<Layout>(
    (value) => typeof value === 'object' && value !== null && Array.isArray((value as Layout).joints),
    'a layout',
  ),
  classes: z.array(z.string()).min(1),
  image: z.object({
    numFrames: z.number().int().min(1),
    maxPersons: z.number().int().min(1),
    fps: z.number().positive(),
    scale: z.number().positive(),
    deviation: z.number().positive(),
    noise: z.array(z.number().nonnegative()).optional(),
  }),
  networks: z.record(z.string(), z.object({ file: z.string(), architecture: numberOrText, training: numberOrText })),
  gate: gateBoundsSchema.optional(),
  metrics: z.record(z.string(), z.number()),
});

/**
 * `manifest.json` beside the safetensors of a model: everything needed to use and judge it.
 *
 * - `version`: first 8 hex digits of the digest of the weights that make clips; the gate's, which only choose, don't count
 * - `dataset`: what it was trained on; `digest` names the very clips, `clipsPerClass` and `subsetSeed` how they were chosen where not
 *   all of the split were taken (loader/choose-clips.ts)
 * - `image`: how clips become skeleton images and back (generator/representation.ts)
 * - `networks`: file, architecture and training settings of each network (`denoiser`, `st-trans`, `gate`)
 * - `gate`: what the training clips measure, for the quality gate; absent where none was trained
 * - `metrics`: figures measured with these weights, by dotted name
 */
export type ModelManifest = z.infer<typeof manifestSchema>;

/** How clips become skeleton images and back: coordinates minus the centre joint of the first frame are divided by `scale`; `deviation` is that of the training images' values; `noise` [M V C] is that of the sensor noise which samples lack (training/fit-noise.ts). */
export type ImageSpec = ModelManifest['image'];

/**
 * Reads and checks the manifest of a model folder.
 *
 * @throws ModelError MODEL_MISSING (no folder, no manifest), MODEL_MISMATCH (a manifest of another form)
 */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, 'manifest.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ModelError(
      'MODEL_MISSING',
      `there is no model at ${folder} (no ${path}): train one with "skelmix train all --out ${folder}" or name another with --model`,
      { cause },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('MODEL_MISMATCH', `${path} is not JSON`, { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success)
    throw new ModelError(
      'MODEL_MISMATCH',
      `${path}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    );
  return parsed.data;
}
