import { ConfigError } from '../core/errors.js';
import type { Dataset } from './dataset.js';
import { RECORDED } from './datasets/open-recordings.js';
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
  const { name, rest } = splitSpec(spec);
  if (name === 'puppet' && spec !== 'puppet:') return openPuppet(rest, spec, options);
  const open = RECORDED[name];
  if (!open || rest === '') throw unknownDataset(spec);
  return selectSplit(await open(rest, options), spec, options);
}

function splitSpec(spec: string): { name: string; rest: string } {
  const colon = spec.indexOf(':');
  return colon === -1 ? { name: spec, rest: '' } : { name: spec.slice(0, colon), rest: spec.slice(colon + 1) };
}

function unknownDataset(spec: string): ConfigError {
  const names = Object.keys(RECORDED).map((name) => `${name}:PATH`);
  return new ConfigError('CONFIG_INVALID', `no data set "${spec}": give ${names.join(', ')}, puppet or puppet:CLIPS_PER_CLASS`, {
    details: { spec },
  });
}
