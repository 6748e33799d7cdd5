import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ModelError } from '../../core/errors.js';
import { decodeSafetensors, encodeSafetensors } from '../model/safetensors.js';
import type { ParameterSpec } from '../networks/parameters.js';
import { stateNames, type TrainerState } from './trainer.js';

/** Writes a training's state to one file: to a temporary one first, so that a checkpoint is whole or not there. */
export async function saveCheckpoint(path: string, state: TrainerState, fingerprint: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const bytes = encodeSafetensors({
    tensors: state.tensors,
    metadata: { step: String(state.step), loss: String(state.loss), fingerprint },
  });
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}

/**
 * Reads a training's state back, or undefined where there is no file.
 *
 * @param fingerprint names what is trained on what with which settings; a checkpoint of another training is refused
 * @throws ModelError CHECKPOINT_INVALID (another training, a missing tensor), WEIGHTS_SHAPE (damaged file)
 */
export async function loadCheckpoint(
  path: string,
  parameters: readonly ParameterSpec[],
  fingerprint: string,
): Promise<TrainerState | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  if (metadata.fingerprint !== fingerprint)
    throw new ModelError(
      'CHECKPOINT_INVALID',
      `checkpoint ${path} is of another training (${metadata.fingerprint}; this one is ${fingerprint}): give the settings it was made with, or remove it to start anew`,
    );
  for (const name of stateNames(parameters))
    if (!(name in tensors))
      throw new ModelError('CHECKPOINT_INVALID', `checkpoint ${path} lacks tensor "${name}": remove it to start anew`);
  return { step: Number(metadata.step), loss: Number(metadata.loss), tensors };
}
