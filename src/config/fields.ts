import { z } from 'zod';
import { formatByteSize } from './byte-size.js';
import { type FieldMeta, fieldMeta } from './field-meta.js';
import { ConfigSchema } from './schema.js';

export type FieldKind = 'boolean' | 'bytes' | 'choice' | 'json' | 'number' | 'numbers' | 'text';

/** One setting with all its names. */
export interface Field {
  /** e.g. `mix.maxReuse` */
  readonly path: string;
  readonly keys: readonly string[];
  readonly kind: FieldKind;
  /** Long flags without dashes, the systematic one first: `mix-ratio`, `ratio`. */
  readonly flags: readonly string[];
  /** e.g. `SKELMIX_MIX_MAX_REUSE` */
  readonly env: string;
  readonly description: string;
  /** What is expected, to follow "expected". */
  readonly rule: string;
  /** The default as people write it, or in words. */
  readonly defaultText: string;
  /** Allowed words of a choice. */
  readonly choices?: readonly string[];
}

interface LeafSchema {
  type?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function ruleOf(schema: LeafSchema): string {
  if (schema.enum)
    return schema.enum.length > 1 ? `${schema.enum.slice(0, -1).join(', ')} or ${schema.enum.at(-1)}` : schema.enum[0]!;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'string') return 'a text that is not empty';
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  const range = maximum < Number.MAX_SAFE_INTEGER ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`;
  return `a ${schema.type === 'integer' ? 'whole number' : 'number'} ${range}`;
}

function describeField(keys: readonly string[], schema: z.ZodType, meta: FieldMeta): Field {
  const json = z.toJSONSchema(schema, { io: 'input' }) as LeafSchema;
  const fallback = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const flag = keys.map(kebab).join('-');
  const kind: FieldKind =
    meta.text ?? (json.enum ? 'choice' : json.type === 'boolean' ? 'boolean' : json.type === 'string' ? 'text' : 'number');
  return {
    path: keys.join('.'),
    keys,
    kind,
    flags: [...new Set([flag, ...(meta.aliases ?? [])])],
    env: meta.env ?? `SKELMIX_${flag.replaceAll('-', '_').toUpperCase()}`,
    description: schema.description ?? '',
    rule: meta.rule ?? ruleOf(json),
    defaultText: meta.defaultWords ?? (kind === 'bytes' ? formatByteSize(Number(fallback)) : String(fallback)),
    ...(json.enum ? { choices: json.enum } : {}),
  };
}

function* walk(shape: Readonly<Record<string, z.core.$ZodType>>, above: readonly string[]): Generator<Field> {
  for (const [key, schema] of Object.entries(shape)) {
    const inner = schema instanceof z.ZodPrefault ? schema.def.innerType : schema;
    if (fieldMeta.has(schema)) yield describeField([...above, key], schema as z.ZodType, fieldMeta.get(schema) ?? {});
    else if (inner instanceof z.ZodObject) yield* walk(inner.shape, [...above, key]);
  }
}

/** Every setting of `ConfigSchema`, in its order. */
export const FIELDS: readonly Field[] = [...walk(ConfigSchema.shape, [])];

/** The setting that a path of keys belongs to (a path into a pair belongs to the pair), or undefined. */
export function fieldAt(keys: readonly PropertyKey[]): Field | undefined {
  return FIELDS.find((candidate) => candidate.keys.every((key, depth) => keys[depth] === key));
}

/** The value that a text from a flag or the environment means. A text that means none comes back as it is, for the schema to refuse. */
export function valueOfText(target: Field, given: string): unknown {
  const trimmed = given.trim();
  const number = (part: string): unknown => (part.trim() !== '' && Number.isFinite(Number(part)) ? Number(part) : part);
  switch (target.kind) {
    case 'number':
      return number(trimmed);
    case 'numbers':
      return trimmed.split(',').map(number);
    case 'boolean':
      if (/^(true|yes|on|1)$/i.test(trimmed)) return true;
      return /^(false|no|off|0)$/i.test(trimmed) ? false : given;
    case 'json':
      try {
        return JSON.parse(given);
      } catch {
        return given;
      }
    default:
      return given;
  }
}
