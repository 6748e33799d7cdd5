import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, configReport, configTable, FIELDS, resolveConfig } from '../../src/config/index.js';

const doc = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('what derives from the schema', () => {
  it('docs/configuration.md is what scripts/config-docs.mjs writes', () => {
    expect(doc('configuration.md')).toBe(configTable());
  });

  it('docs/skelmix.schema.json is what scripts/config-docs.mjs writes', () => {
    expect(JSON.parse(doc('skelmix.schema.json'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('the JSON schema refuses unknown keys and requires none', () => {
    const schema = configJsonSchema() as {
      additionalProperties: boolean;
      required?: string[];
      properties: Record<string, { required?: string[] }>;
    };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required ?? []).toEqual([]);
    expect(schema.properties.mix?.required ?? []).toEqual([]);
  });

  it('every setting has a description, a rule and names that no other setting has', () => {
    expect(FIELDS.length).toBeGreaterThan(30);
    for (const field of FIELDS) {
      expect(field.description, field.path).not.toBe('');
      expect(field.rule, field.path).not.toBe('');
      expect(field.defaultText, field.path).not.toMatch(/undefined|NaN/);
    }
    const flags = FIELDS.flatMap((field) => field.flags);
    expect(new Set(flags).size).toBe(flags.length);
  });

  it('every default text, given as a flag, leaves the configuration as it is', () => {
    const plain = resolveConfig({}).config;
    const literal = FIELDS.filter((field) => /^[\w.,-]+$/.test(field.defaultText));
    const flags = Object.fromEntries(literal.map((field) => [field.flags[0]!, field.defaultText]));
    expect(resolveConfig({ flags }).config).toEqual(plain);
  });

  it('the report shows each value with its origin', () => {
    const rows = configReport(resolveConfig({ flags: { ratio: '0.2' }, env: { SKELMIX_LOADER_CACHE_BYTES: '64MB' } }));
    expect(rows).toContainEqual({ path: 'mix.ratio', value: '0.2', origin: 'flag --ratio' });
    expect(rows).toContainEqual({ path: 'loader.cacheBytes', value: '64MB', origin: 'environment SKELMIX_LOADER_CACHE_BYTES' });
    expect(rows).toContainEqual({ path: 'generator.interval', value: '(that of the preset)', origin: 'default' });
    expect(rows).toContainEqual({ path: 'data', value: '(none; `serve` takes `puppet`)', origin: 'default' });
  });
});
