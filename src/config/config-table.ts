import { FIELDS, type Field } from './fields.js';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function row(field: Field): string {
  const flags = field.flags.map((flag) => `\`--${flag}\``).join(', ');
  const literal = /^[\w.,-]+$/.test(field.defaultText) ? `\`${field.defaultText}\`` : field.defaultText;
  return `| \`${field.path}\` | ${flags} | \`${field.env}\` | ${cell(field.rule)} | ${literal} | ${cell(field.description)} |`;
}

/** The Markdown page of all settings, `docs/configuration.md`. */
export function configTable(): string {
  return [
    '# Configuration',
    '',
    'This page is generated from the schema by `node scripts/config-docs.mjs`.',
    '',
    'A setting is taken from its flag, else from the environment, else from the file, else the default holds. The file is',
    '`skelmix.json` or `skelmix.config.json` in the working directory, or the one named by `--config`; a dot in a name below is a',
    'level of the JSON. `--print-config` shows each value and where it came from. `docs/skelmix.schema.json` is the JSON schema of',
    'the file. Of these settings only `mix.ratio` and those of `gate` may change while a stream runs.',
    '',
    '| setting | flags | environment | expected | default | meaning |',
    '|---|---|---|---|---|---|',
    ...FIELDS.map(row),
    '',
  ].join('\n');
}
