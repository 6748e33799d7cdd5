import type { Command } from 'commander';
import { LiveSettingsSchema } from '../../config/index.js';
import { ConfigError } from '../../core/errors.js';
import { GATE_CRITERIA, type GateKey, MAX_GATE_THRESHOLD } from '../../core/gate-criteria.js';
import { addCommonOptions, createCommandContext } from '../command-context.js';
import { addEndpointOption, curveOf, endpointOf } from '../endpoint-option.js';
import type { Io } from '../io.js';

function parseKey(text: string): GateKey {
  const criterion = GATE_CRITERIA.find((candidate) => candidate === text || `gate.${candidate}` === text);
  if (criterion) return `gate.${criterion}`;
  throw new ConfigError(
    'CONFIG_INVALID',
    `${JSON.stringify(text)} is no criterion of the gate: expected ${GATE_CRITERIA.join(', ')}`,
  );
}

function parseThreshold(key: GateKey, text: string): number {
  const parsed = LiveSettingsSchema.shape[key].safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  throw new ConfigError(
    'CONFIG_INVALID',
    `${key} is ${JSON.stringify(text)}: expected a number from 0 (off) to ${MAX_GATE_THRESHOLD}, the share of real clips that it would reject`,
  );
}

async function gate(
  criterion: string | undefined,
  threshold: string | undefined,
  options: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<void> {
  const { print, logger } = createCommandContext(io, options);
  const key = criterion === undefined ? undefined : parseKey(criterion);
  const value = key === undefined || threshold === undefined ? undefined : parseThreshold(key, threshold);
  const { connectControl } = await import('../../transport/index.js');
  const control = await connectControl(endpointOf(options, io), { name: 'skelmix gate', logger, curve: await curveOf(options) });
  const isJson = options.json === true;
  try {
    const { settings, rev } = control;
    if (key === undefined || value === undefined) {
      const shown = Object.entries(settings).filter(([name]) => (key ? name === key : name.startsWith('gate.')));
      if (isJson) return print(JSON.stringify({ ...Object.fromEntries(shown), rev }));
      if (shown.length === 0) print('the stream has no quality gate');
      for (const [name, now] of shown) print(`${name} ${now}`);
      return;
    }
    const before = settings[key];
    const change = await control.set(key, value);
    const { effectiveSeq } = change;
    print(isJson ? JSON.stringify({ key, before, value, effectiveSeq, rev: change.rev }) : `${key} ${before} -> ${change.value}`);
  } finally {
    await control.close();
  }
}

/** `skelmix gate [CRITERION] [THRESHOLD]`: shows or changes the thresholds of a running server's quality gate. */
export function addGate(program: Command, io: Io): void {
  const command = program
    .command('gate [criterion] [threshold]')
    .description(`show the thresholds of a running server's quality gate, or change one (${GATE_CRITERIA.join(', ')}; 0 is off)`)
    .option('--json', 'print JSON');
  addCommonOptions(addEndpointOption(command)).action(
    (criterion: string | undefined, threshold: string | undefined, options: Record<string, unknown>) =>
      gate(criterion, threshold, options, io),
  );
}
