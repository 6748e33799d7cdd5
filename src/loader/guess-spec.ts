import { ConfigError, DataError } from '../core/errors.js';
import { RECORDED } from './datasets/open-recordings.js';
import type { RecordingsOptions } from './open-options.js';

/**
 * The spec of the data set that lies at a path, found by trying every kind.
 *
 * @throws DataError DATA_PATH_MISSING, and the fault of the one kind whose files are there but damaged; ConfigError CONFIG_INVALID
 * where no kind fits, or several do
 */
export async function guessSpec(path: string, options: RecordingsOptions): Promise<string> {
  const fitting: string[] = [];
  const faults: DataError[] = [];
  for (const [name, open] of Object.entries(RECORDED)) {
    try {
      const { items, rejected } = await open(path, options);
      if (items.length + rejected.length > 0) fitting.push(name);
    } catch (error) {
      if (!(error instanceof DataError) || error.code === 'DATA_PATH_MISSING') throw error;
      if (error.details.nothing !== true) faults.push(error);
    }
  }
  // Recordings of the first 60 actions fit both; the smaller set says more.
  const [first, second, ...more] = fitting;
  if (first !== undefined && (second === undefined || (`${first} ${second}` === 'ntu60 ntu120' && more.length === 0))) {
    if (second === undefined) return `${first}:${path}`;
    const { leftOut } = await RECORDED.ntu60!(path, options);
    const larger = leftOut.some(({ reason }) => reason.includes('NTU RGB+D 120'));
    return `${larger ? 'ntu120' : 'ntu60'}:${path}`;
  }
  if (fitting.length === 0 && faults.length === 1) throw faults[0]!;
  const kinds = fitting.length > 0 ? fitting : Object.keys(RECORDED);
  throw new ConfigError(
    'CONFIG_INVALID',
    `what lies at ${path} is ${fitting.length > 0 ? 'of several kinds' : 'no data set that is known'}: give NAME:PATH, where NAME is one of ${kinds.join(', ')}`,
    { details: { path, fitting, faults: faults.map(({ message }) => message) } },
  );
}
