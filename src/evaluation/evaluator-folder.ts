import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../core/errors.js';
import type { Layout } from '../core/layout.js';
import { decodeSafetensors, encodeSafetensors } from '../generator/model/safetensors.js';
import type { CrossFit } from './cross-fit.js';
import { createJudgeNetwork } from './networks/create-judge-network.js';
import { JUDGE_KINDS } from './networks/judge-network.js';
import type { TrainedEvaluator } from './train-evaluator.js';

const count = z.number().int().min(1);

const fileSchema = z.object({
  format: z.literal(1),
  architecture: z.object({
    kind: z.enum(JUDGE_KINDS),
    numFrames: count,
    numPersons: count,
    numJoints: count,
    channels: count,
    numClasses: count,
    width: count,
    blocks: count,
    features: count,
  }),
  dataset: z.object({ name: z.string(), split: z.string(), simulated: z.boolean(), digest: z.string(), clips: z.number().int() }),
  layout: z.custom<Layout>(
    (value) => typeof value === 'object' && value !== null && Array.isArray((value as Layout).joints),
    'a layout',
  ),
  classes: z.array(z.string()).min(1),
  image: z.object({
    numFrames: count,
    maxPersons: count,
    fps: z.number().positive(),
    scale: z.number().positive(),
    deviation: z.number().positive(),
  }),
  training: z.record(z.string(), z.union([z.number(), z.string()])),
  crossFit: z.object({ accuracy: z.number(), folds: z.number().int(), clips: z.number().int(), by: z.string() }).optional(),
});

/** An evaluation net with what is known of it. */
export interface StoredEvaluator extends TrainedEvaluator {
  /** How well nets like it read clips of its own split that they did not learn from. */
  readonly crossFit?: CrossFit | undefined;
}

const WEIGHTS = 'evaluator.safetensors';
const MANIFEST = 'evaluator.json';

/**
 * Writes an evaluation net to a folder, which is made if need be: `evaluator.safetensors` and `evaluator.json`.
 *
 * @param command how to train it again
 */
export async function saveEvaluator(folder: string, evaluator: StoredEvaluator, command: string): Promise<void> {
  const { weights, training, ...rest } = evaluator;
  await mkdir(folder, { recursive: true });
  const metadata = { format: 'skelmix-1', kind: 'evaluator' };
  await writeFile(join(folder, WEIGHTS), encodeSafetensors({ tensors: weights, metadata }));
  const manifest = { format: 1, ...rest, training: { ...training, command } };
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function readNamed(folder: string, name: string): Promise<Buffer> {
  return readFile(join(folder, name)).catch((cause: unknown) => {
    throw new ModelError(
      'MODEL_MISSING',
      `there is no evaluator at ${folder} (no ${name}): train one with "skelmix train evaluator --out ${folder}"`,
      { cause },
    );
  });
}

/**
 * Reads an evaluation net back.
 *
 * @throws ModelError MODEL_MISSING, MODEL_MISMATCH (evaluator.json of another form), WEIGHTS_MISSING_TENSOR, WEIGHTS_SHAPE
 */
export async function loadEvaluator(folder: string): Promise<StoredEvaluator> {
  const text = (await readNamed(folder, MANIFEST)).toString('utf8');
  const path = join(folder, MANIFEST);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('MODEL_MISMATCH', `${path} is not JSON`, { cause });
  }
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success)
    throw new ModelError(
      'MODEL_MISMATCH',
      `${path}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    );
  const { format: _, ...stored } = parsed.data;
  const weightsPath = join(folder, WEIGHTS);
  const { tensors } = decodeSafetensors(await readNamed(folder, WEIGHTS), weightsPath);
  const { parameters } = createJudgeNetwork(stored.architecture, stored.layout);
  for (const { name, shape } of parameters) {
    const found = tensors[name];
    if (!found) throw new ModelError('WEIGHTS_MISSING_TENSOR', `${weightsPath} lacks tensor "${name}" of shape [${shape}]`);
    if (found.shape.join() !== shape.join())
      throw new ModelError(
        'WEIGHTS_SHAPE',
        `${weightsPath}: tensor "${name}" has shape [${found.shape}], evaluator.json's architecture wants [${shape}]`,
      );
  }
  return { ...stored, weights: Object.fromEntries(parameters.map(({ name }) => [name, tensors[name]!])) };
}
