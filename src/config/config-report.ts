import { formatByteSize } from './byte-size.js';
import { valueAt } from './explain-issue.js';
import { FIELDS } from './fields.js';
import type { ResolvedConfig } from './resolve-config.js';

/** One line of `--print-config`. */
export interface ConfigReportRow {
  readonly path: string;
  /** As people write it; the default in words where the value follows from other settings. */
  readonly value: string;
  readonly origin: string;
}

/** Every setting with its value and where that came from, in the order of the schema. */
export function configReport(resolved: ResolvedConfig): ConfigReportRow[] {
  return FIELDS.map((field) => {
    const value = valueAt(resolved.config, field.keys);
    const text =
      field.kind === 'bytes' ? formatByteSize(value as number) : typeof value === 'string' ? value : JSON.stringify(value);
    return { path: field.path, value: text ?? `(${field.defaultText})`, origin: resolved.origins[field.path]! };
  });
}
