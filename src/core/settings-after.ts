import type { Change, LiveSettings } from './source.js';

/** The live settings after a change. A ratio ends the schedule that was there. Pure; everybody who follows changes does it so. */
export function settingsAfter(settings: LiveSettings, { key, value }: Pick<Change, 'key' | 'value'>): LiveSettings {
  const ends = key === 'ratio' && settings.schedule ? { schedule: null } : {};
  return { ...settings, ...ends, [key]: value };
}
