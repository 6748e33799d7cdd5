import { GATE_KEYS } from '../../core/gate-criteria.js';
import { GUIDANCE_KEYS } from '../../core/guidance-scales.js';
import { type RatioSchedule, SCHEDULE_KINDS, SCHEDULE_UNITS } from '../../core/ratio-schedule.js';
import type { LiveKey, LiveSettings, LiveValue } from '../../core/source.js';
import type { Fields } from './fields.js';

/** Every live setting that there is. */
export const LIVE_KEYS: readonly LiveKey[] = ['ratio', 'paused', 'schedule', 'classWeights', ...GATE_KEYS, ...GUIDANCE_KEYS];

function readSchedule(f: Fields): RatioSchedule {
  const kind = f.oneOf('kind', SCHEDULE_KINDS);
  const to = f.number('to');
  if (kind === 'constant') return { kind, to };
  const unit = f.oneOf('unit', SCHEDULE_UNITS);
  if (kind === 'warm') return { kind, to, rise: f.number('rise'), hold: f.number('hold'), fall: f.number('fall'), unit };
  return { kind, from: f.number('from'), to, over: f.number('over'), unit };
}

function readWeights(f: Fields, field: string): readonly number[] {
  return f
    .list(field, 65_536)
    .map((weight, i) => (typeof weight === 'number' ? weight : f.fail(`${field}[${i}]`, weight, 'a number')));
}

/**
 * The value of a live setting in a field of a message; nil where a schedule or weights are unset.
 * @throws TransportError PROTOCOL_MESSAGE that names the field
 */
export function readLiveValue(f: Fields, field: string, key: LiveKey): LiveValue {
  if (key === 'paused') return f.bool(field);
  if (key === 'schedule') return f.has(field) ? readSchedule(f.nested(field)) : null;
  if (key === 'classWeights') return f.has(field) ? readWeights(f, field) : null;
  return f.number(field);
}

/** The live settings of a WELCOME; what a stream does not have is left out. */
export function readLiveSettings(f: Fields): LiveSettings {
  const optional = LIVE_KEYS.filter((key) => key !== 'ratio' && key !== 'paused' && f.has(key));
  return {
    ratio: f.number('ratio'),
    paused: f.bool('paused'),
    ...Object.fromEntries(optional.map((key) => [key, readLiveValue(f, key, key)])),
  };
}
