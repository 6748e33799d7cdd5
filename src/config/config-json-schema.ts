import { z } from 'zod';
import { ConfigSchema } from './schema.js';

/** JSON Schema (draft 2020-12) of a configuration file, for editors; a file may name it under `$schema`. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(ConfigSchema, { io: 'input' }) as { properties: Record<string, unknown> };
  return {
    ...schema,
    title: 'skelmix configuration',
    properties: { $schema: { type: 'string' }, ...schema.properties },
  };
}
