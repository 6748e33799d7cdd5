import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import { type BadClipOptions, createBadClips } from '../bad-clips.js';
import type { DatasetItem } from '../dataset.js';
import { findFlaw } from '../find-flaw.js';

/** Every usable clip once, in order; bad ones as the policy says, odd ones (`findFlaw`) with a warning. @throws see `BadClips.report` */
export async function* iterateClips(
  items: readonly DatasetItem[],
  read: (index: number) => Promise<Clip>,
  layout: Layout,
  policy: BadClipOptions,
): AsyncIterableIterator<Clip> {
  const badClips = createBadClips(items.length, policy);
  for (const [index, item] of items.entries()) {
    let clip: Clip;
    try {
      clip = await read(index);
    } catch (error) {
      badClips.report(index, item.id, error);
      continue;
    }
    const flaw = findFlaw(clip, layout);
    if (flaw !== undefined) badClips.flaw(index, item.id, flaw);
    yield clip;
  }
}
