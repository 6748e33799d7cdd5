import { z } from 'zod';

/** What a setting carries beside its zod schema. */
export interface FieldMeta {
  /** Further names of the flag, e.g. `ratio` for `--ratio` beside `--mix-ratio`. */
  readonly aliases?: readonly string[];
  /** Name in the environment, where it is not the systematic one. */
  readonly env?: string;
  /** The rule in words, where the schema alone does not say it well: "expected ...". */
  readonly rule?: string;
  /** How a text from a flag or the environment becomes a value, where the schema alone does not tell. */
  readonly text?: 'bytes' | 'json' | 'numbers';
  /** The default in words, where it depends on other settings. */
  readonly defaultWords?: string;
}

/** Where `ConfigSchema` keeps the `FieldMeta` of its settings; zod's own registry holds the descriptions. */
export const fieldMeta = z.registry<FieldMeta>();

/** Attaches a description and further facts to a setting's schema and returns it. */
export function field<S extends z.ZodType>(schema: S, description: string, meta: FieldMeta = {}): S {
  const described = schema.describe(description);
  fieldMeta.add(described, meta);
  return described;
}
