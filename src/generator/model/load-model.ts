import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../../core/errors.js';
import type { NamedArray, Tensors } from '../../engine/engine.js';
import { type GateArchitecture, gateTensors } from '../gate/gate-network.js';
import { createDenoiser, type DenoiserArchitecture, type DenoiserInputs } from '../networks/denoiser.js';
import type { Network, ParameterSpec } from '../networks/parameters.js';
import { createStTrans, type StTransArchitecture } from '../networks/st-trans.js';
import { type ModelManifest, readManifest } from './manifest.js';
import { decodeSafetensors } from './safetensors.js';

/** A network with its trained weights. */
export interface LoadedNetwork<Inputs> {
  readonly network: Network<Inputs>;
  readonly weights: Readonly<Record<string, NamedArray>>;
}

/** A model folder, read and checked. */
export interface Model {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly denoiser: LoadedNetwork<DenoiserInputs> & {
    /** Largest classifier-free scale that the denoiser takes as an input; 1 where it takes none. */
    readonly maxScale: number;
  };
  /** An early snapshot of the denoiser's training, for autoguidance; absent where none was kept. */
  readonly early: LoadedNetwork<DenoiserInputs> | undefined;
  /** Absent where only a denoiser was trained: such a model can't be guided by a classifier. */
  readonly stTrans: LoadedNetwork<Tensors[string]> | undefined;
  /** What its clips are measured by; absent where none was trained. */
  readonly gate?: { readonly architecture: GateArchitecture; readonly weights: Readonly<Record<string, NamedArray>> } | undefined;
}

/** Reads the weights of one network and holds them against the shapes that its architecture declares. */
async function loadWeights(
  folder: string,
  file: string,
  parameters: readonly ParameterSpec[],
): Promise<Record<string, NamedArray>> {
  const path = join(folder, file);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ModelError(
      'MODEL_MISSING',
      `the manifest of ${folder} names ${file}, which can't be read: bring it back or train the model again`,
      { cause },
    );
  }
  const { tensors } = decodeSafetensors(bytes, path);
  for (const { name, shape } of parameters) {
    const found = tensors[name];
    if (!found) throw new ModelError('WEIGHTS_MISSING_TENSOR', `${path} lacks tensor "${name}" of shape [${shape}]`);
    if (found.shape.join() !== shape.join())
      throw new ModelError(
        'WEIGHTS_SHAPE',
        `${path}: tensor "${name}" has shape [${found.shape}], the manifest's architecture wants [${shape}]`,
      );
  }
  return Object.fromEntries(parameters.map(({ name }) => [name, tensors[name]!]));
}

/**
 * Loads a model folder.
 *
 * @throws ModelError MODEL_MISSING, MODEL_MISMATCH, WEIGHTS_MISSING_TENSOR, WEIGHTS_SHAPE
 */
export async function loadModel(folder: string): Promise<Model> {
  const manifest = await readManifest(folder);
  const denoiserEntry = manifest.networks.denoiser;
  if (!denoiserEntry)
    throw new ModelError(
      'MODEL_MISSING',
      `the model at ${folder} has no denoiser: train it with "skelmix train denoiser --out ${folder}"`,
    );
  const architecture = denoiserEntry.architecture as unknown as DenoiserArchitecture;
  const denoiser = createDenoiser(architecture);
  const earlyEntry = manifest.networks.early;
  const early = earlyEntry && createDenoiser(earlyEntry.architecture as unknown as DenoiserArchitecture);
  const stTransEntry = manifest.networks['st-trans'];
  const stTrans = stTransEntry && createStTrans(stTransEntry.architecture as unknown as StTransArchitecture);
  const gateEntry = manifest.networks.gate;
  const gate = gateEntry && (gateEntry.architecture as unknown as GateArchitecture);
  return {
    folder,
    manifest,
    denoiser: {
      network: denoiser,
      weights: await loadWeights(folder, denoiserEntry.file, denoiser.parameters),
      maxScale: architecture.maxScale ?? 1,
    },
    early: early && { network: early, weights: await loadWeights(folder, earlyEntry.file, early.parameters) },
    stTrans: stTrans && { network: stTrans, weights: await loadWeights(folder, stTransEntry.file, stTrans.parameters) },
    gate: gate && { architecture: gate, weights: await loadWeights(folder, gateEntry.file, gateTensors(gate)) },
  };
}
