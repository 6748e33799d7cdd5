import { ConfigError } from '../core/errors.js';
import type { Dataset } from './dataset.js';
import { openPuppet } from './datasets/puppet/puppet.js';
import { openUtdMhad } from './datasets/utd-mhad.js';
import type { OpenOptions } from './open-options.js';

const DATASETS = 'utd-mhad:PATH, puppet or puppet:CLIPS_PER_CLASS';

/**
 * Opens one split of a data set by its spec: `utd-mhad:PATH` (recordings), `puppet` or `puppet:CLIPS_PER_CLASS` (simulated
 * people, no files). Lists what there is; reads no clip yet.
 *
 * @throws ConfigError CONFIG_INVALID (a spec of another form); DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, SPLIT_UNKNOWN,
 * LAYOUT_INVALID, LAYOUT_MISMATCH
 */
export async function openDataset(spec: string, options: OpenOptions): Promise<Dataset> {
  const colon = spec.indexOf(':');
  const name = colon === -1 ? spec : spec.slice(0, colon);
  const rest = colon === -1 ? '' : spec.slice(colon + 1);
  if (name === 'utd-mhad' && rest !== '') return openUtdMhad(rest, spec, options);
  if (name === 'puppet' && spec !== 'puppet:') return openPuppet(rest, spec, options);
  throw new ConfigError('CONFIG_INVALID', `no data set "${spec}": give ${DATASETS}`, { details: { spec } });
}
