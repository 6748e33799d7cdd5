import type { Stats } from '../core/source.js';
import { formatTable } from './format-table.js';

/** Statistics as a table, by name. */
export function statsLines(stats: Stats): string[] {
  const shown = (value: Stats[string]): string =>
    typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : String(value);
  const rows = Object.entries(stats).sort(([a], [b]) => a.localeCompare(b));
  return formatTable(
    ['figure', 'value'],
    rows.map(([name, value]) => [name, shown(value)]),
  );
}
