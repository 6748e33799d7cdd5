import type { Clip } from '../core/clip.js';
import { ModelError } from '../core/errors.js';
import type { ModelManifest } from '../generator/model/manifest.js';

/** Which clips a network learnt from. */
export type LearntFrom = Pick<ModelManifest['dataset'], 'name' | 'split' | 'digest'>;

/** Every network of a model (denoiser, guide, gate) with the clips that it learnt from: one set for all, see `saveNetwork`. */
export function networksOf({
  networks,
  dataset,
}: Pick<ModelManifest, 'networks' | 'dataset'>): { what: string; from: LearntFrom }[] {
  return Object.keys(networks).map((what) => ({ what, from: dataset }));
}

function refuse(judge: string, what: string, why: string, details: Readonly<Record<string, unknown>>): never {
  throw new ModelError(
    'MODEL_MISMATCH',
    `${judge} can't judge this model: it learnt from clips that trained its ${what} (${why}), so it would flatter the samples; ` +
      'train one on a split that the model never saw with "skelmix train evaluator --split ..." and name it with --judges',
    { details },
  );
}

/**
 * Makes sure that a judge learnt from other clips than each network of the model that it judges: another split of the data set
 * and another digest.
 *
 * @param judge names the judge in the error
 * @throws ModelError MODEL_MISMATCH naming the network, the split and the digest
 */
export function assertIndependent(judge: string, from: LearntFrom, manifest: Pick<ModelManifest, 'networks' | 'dataset'>): void {
  for (const { what, from: other } of networksOf(manifest)) {
    if (from.digest === other.digest)
      refuse(judge, what, `digest ${from.digest}, ${from.name} ${from.split}`, { what, from, other });
    if (from.name === other.name && from.split === other.split)
      refuse(judge, what, `${from.name} ${from.split}`, { what, from, other });
  }
}

/**
 * Makes sure that no clip is in both sets, by id: splits of two protocols (by person and by camera) overlap though their names
 * and digests differ.
 *
 * @param first, second say in the error what the sets are
 * @throws ModelError MODEL_MISMATCH with the number of shared clips and one of them
 */
export function assertDisjoint(
  [first, ours]: readonly [string, readonly Pick<Clip, 'id'>[]],
  [second, theirs]: readonly [string, readonly Pick<Clip, 'id'>[]],
): void {
  const ids = new Set(ours.map(({ id }) => id));
  const shared = theirs.filter(({ id }) => ids.has(id));
  if (shared.length > 0)
    throw new ModelError(
      'MODEL_MISMATCH',
      `${shared.length} of ${theirs.length} ${second} are also among the ${first} (${shared[0]!.id} is one): no figure of them would be ` +
        'honest; name splits without a common clip',
      { details: { shared: shared.length, example: shared[0]!.id } },
    );
}

/**
 * Makes sure that the clips at hand are those that a judge learnt from, so that it is known which clips it must not be asked about.
 *
 * @throws ModelError MODEL_MISMATCH naming what differs
 */
export function assertSameClips(judge: string, learnt: LearntFrom, found: LearntFrom): void {
  if (learnt.name === found.name && learnt.split === found.split && learnt.digest === found.digest) return;
  throw new ModelError(
    'MODEL_MISMATCH',
    `${judge} learnt from ${learnt.name} ${learnt.split} (digest ${learnt.digest}), but the data at hand are ${found.name} ${found.split} ` +
      `(digest ${found.digest}): give the data it was trained on, or train it again with "skelmix train evaluator"`,
    { details: { learnt, found } },
  );
}
