import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ModelError } from '../../core/errors.js';
import { formatManifest } from '../model/format-manifest.js';
import { type ModelManifest, readManifest } from '../model/manifest.js';
import { encodeSafetensors } from '../model/safetensors.js';
import type { TrainedNetwork } from './trained-network.js';
import type { TrainingSubject } from './training-subject.js';

/** The manifest that lies in the folder, if it is one of the same training set. */
async function existingManifest(
  folder: string,
  subject: TrainingSubject,
  network: TrainedNetwork,
): Promise<ModelManifest | undefined> {
  const manifest = await readManifest(folder).catch((error: unknown) => {
    if (error instanceof ModelError && error.code === 'MODEL_MISSING') return undefined;
    throw error;
  });
  if (manifest === undefined) return undefined;
  const { dataset, image } = manifest;
  const same =
    dataset.digest === subject.dataset.digest &&
    dataset.split === subject.dataset.split &&
    image.numFrames === network.image.numFrames &&
    Math.abs(image.scale / network.image.scale - 1) < 1e-4;
  if (!same)
    throw new ModelError(
      'MODEL_MISMATCH',
      `${folder} holds a model of ${dataset.name} ${dataset.split} (digest ${dataset.digest}, ${image.numFrames} frames), but this network was trained on ` +
        `${subject.dataset.name} ${subject.dataset.split} (digest ${subject.dataset.digest}, ${network.image.numFrames} frames): choose another folder with --out`,
    );
  return manifest;
}

/** Digest of the weight files that make clips, in the order of their names. */
async function versionOf(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(await readFile(join(folder, file)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Puts a trained network into a model folder: `KIND.safetensors` and `manifest.json`. A folder that holds other networks of the
 * same training clips keeps them. Metrics and sensor noise, which speak of the weights that make clips, are dropped where those
 * change; a gate makes none, so it leaves them and the version as they are.
 *
 * @param command how to train it again
 * @throws ModelError MODEL_MISMATCH where the folder holds a model of other clips
 */
export async function saveNetwork(
  folder: string,
  subject: TrainingSubject,
  network: TrainedNetwork,
  command: string,
): Promise<ModelManifest> {
  await mkdir(folder, { recursive: true });
  const before = await existingManifest(folder, subject, network);
  const file = `${network.kind}.safetensors`;
  await writeFile(
    join(folder, file),
    encodeSafetensors({ tensors: network.weights, metadata: { format: 'skelmix-1', kind: network.kind } }),
  );
  const networks = {
    ...before?.networks,
    [network.kind]: { file, architecture: network.architecture, training: { ...network.training, command } },
  };
  const manifest: ModelManifest = {
    format: 1,
    name: basename(resolve(folder)),
    version: await versionOf(
      folder,
      Object.entries(networks).flatMap(([kind, { file }]) => (kind === 'gate' ? [] : [file])),
    ),
    dataset: { ...subject.dataset, clips: subject.clips.length },
    layout: subject.layout,
    classes: [...subject.classes],
    image: network.kind === 'gate' && before ? before.image : { ...network.image, noise: undefined },
    networks,
    gate: network.gate ?? before?.gate,
    metrics: network.kind === 'gate' ? (before?.metrics ?? {}) : {},
  };
  await writeFile(join(folder, 'manifest.json'), formatManifest(manifest));
  return manifest;
}

/**
 * Puts the sensor noise that samples lack (`fitNoise`) into a model's manifest.
 *
 * @throws ModelError MODEL_MISSING, MODEL_MISMATCH (damaged manifest)
 */
export async function saveNoise(folder: string, noise: readonly number[]): Promise<ModelManifest> {
  const manifest = await readManifest(folder);
  const changed = { ...manifest, image: { ...manifest.image, noise: [...noise] } };
  await writeFile(join(folder, 'manifest.json'), formatManifest(changed));
  return changed;
}
