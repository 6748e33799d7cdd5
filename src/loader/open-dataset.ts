import { ConfigError } from '../core/errors.js';
import type { Dataset } from './dataset.js';
import { RECORDED, recordingsOf } from './datasets/open-recordings.js';
import { openPuppet } from './datasets/puppet/puppet.js';
import { selectSplit } from './datasets/select-split.js';
import type { OpenOptions } from './open-options.js';
import { takeClips } from './take-clips.js';

/**
 * Opens one split of a data set by its spec: `NAME:PATH` (recordings; the names are those of docs/formats.md), `puppet` or
 * `puppet:CLIPS_PER_CLASS` (simulated people, no files), all of it or `options.subset`. Lists what there is; reads no clip yet.
 *
 * @throws ConfigError CONFIG_INVALID (a spec of another form); DataError DATA_PATH_MISSING, FORMAT_UNSUPPORTED, SPLIT_UNKNOWN,
 * LAYOUT_INVALID, LAYOUT_MISMATCH
 */
export async function openDataset(spec: string, options: OpenOptions): Promise<Dataset> {
  const whole = await openSplit(spec, options);
  return options.subset ? takeClips(whole, options.subset, options) : whole;
}

async function openSplit(spec: string, options: OpenOptions): Promise<Dataset> {
  const puppet = /^puppet(?::(.+))?$/.exec(spec);
  if (puppet) return openPuppet(puppet[1] ?? '', spec, options);
  const recorded = recordingsOf(spec);
  if (recorded) return selectSplit(await recorded.open(recorded.path, options), spec, options);
  const names = Object.keys(RECORDED).map((name) => `${name}:PATH`);
  throw new ConfigError('CONFIG_INVALID', `no data set "${spec}": give ${names.join(', ')}, puppet or puppet:CLIPS_PER_CLASS`, {
    details: { spec },
  });
}
