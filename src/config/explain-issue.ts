import type { z } from 'zod';
import { FIELDS, fieldAt } from './fields.js';
import { nearestName } from './nearest-name.js';

/** A value as it stands in a message: JSON, cut where long. */
export function showValue(value: unknown): string {
  const text = value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** The value at a path of keys, undefined where the path leads nowhere. */
export function valueAt(root: unknown, keys: readonly PropertyKey[]): unknown {
  let at = root;
  for (const key of keys) at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at;
}

function unknownKey(above: readonly string[], key: string): string {
  const path = [...above, key].join('.');
  const depth = above.length;
  const siblings = new Set(
    FIELDS.filter((candidate) => above.every((part, i) => candidate.keys[i] === part)).flatMap(
      (candidate) => candidate.keys[depth] ?? [],
    ),
  );
  const near = nearestName(key, siblings);
  const elsewhere = FIELDS.find((candidate) => candidate.keys.at(-1) === key || candidate.flags.includes(key));
  const meant = near ? [...above, near].join('.') : elsewhere?.path;
  const known = meant ? `did you mean "${meant}"?` : `known here: ${[...siblings].join(', ') || 'none'}`;
  return `"${path}" is not a setting; ${known}`;
}

/**
 * One sentence for each problem that zod found: the value received, where it came from, the rule and what the setting is.
 *
 * @param input what was parsed
 * @param originOf where the value at a path came from, e.g. `flag --ratio`; undefined where unknown
 */
export function explainIssue(issue: z.core.$ZodIssue, input: unknown, originOf: (path: string) => string | undefined): string[] {
  if (issue.code === 'unrecognized_keys') {
    const above = issue.path.map(String);
    return issue.keys.map((key) => unknownKey(above, key) + from(originOf([...above, key].join('.'))));
  }
  const target = fieldAt(issue.path);
  if (!target) {
    const path = issue.path.join('.') || 'the configuration';
    return [`${path} is ${showValue(valueAt(input, issue.path))}${from(originOf(path))}: expected an object with settings`];
  }
  const value = valueAt(input, target.keys);
  const near = target.choices && typeof value === 'string' ? nearestName(value, target.choices) : undefined;
  const hint = near ? `; did you mean "${near}"?` : '';
  return [
    `${target.path} is ${showValue(value)}${from(originOf(target.path))}: expected ${target.rule} (${target.description})${hint}`,
  ];
}

const from = (origin: string | undefined): string => (origin ? ` (from ${origin})` : '');
