import { DataError } from '../../core/errors.js';
import type { Layout } from '../../core/layout.js';
import { loadLayout } from '../load-layout.js';

/**
 * The layout to read a data set with: the one given, else the data set's own.
 *
 * @param options.anyChannels the form of the data set takes clips of 2 and 3 coordinates
 * @throws DataError LAYOUT_MISMATCH where the given one has another number of coordinates
 */
export async function layoutOf(
  dataset: string,
  own: string,
  given: Layout | undefined,
  options: { readonly anyChannels?: boolean } = {},
): Promise<Layout> {
  if (given && options.anyChannels) return given;
  const layout = await loadLayout(own);
  if (!given) return layout;
  if (given.channels !== layout.channels)
    throw new DataError(
      'LAYOUT_MISMATCH',
      `${dataset} has ${layout.channels} coordinates a joint, the layout "${given.name}" has ${given.channels}`,
    );
  return given;
}
