import type { Command } from 'commander';
import pc from 'picocolors';
import type { Config } from '../../config/index.js';
import { addCommonOptions, type CommandContext, withConfig } from '../command-context.js';
import { addConfigOptions } from '../config-options.js';
import { examine } from '../doctor/examine.js';
import type { Finding } from '../doctor/finding.js';
import { EarlyExit } from '../early-exit.js';
import type { Io } from '../io.js';

const SETTINGS = ['data', 'split', 'layout', 'generator.model', 'serve', 'engine'];

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: pc.green('ok  '),
  warning: pc.yellow('warn'),
  failure: pc.red('FAIL'),
};

async function doctor(config: Config, context: CommandContext, json: boolean): Promise<void> {
  const findings: Finding[] = [];
  for await (const finding of examine(config, context)) {
    findings.push(finding);
    if (!json) context.print(`${MARKS[finding.state]} ${finding.what.padEnd(22)} ${finding.text}`);
  }
  if (json) context.print(JSON.stringify(findings));
  const failure = findings.find(({ state }) => state === 'failure');
  if (failure) throw new EarlyExit(failure.exitCode ?? 1);
}

/** `skelmix doctor`: what of skelmix works on this machine, and why the rest does not. */
export function addDoctor(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .description('check this machine: Node, tensor engines, port, Python client, models, data')
    .option('--json', 'print JSON');
  addCommonOptions(addConfigOptions(command, SETTINGS)).action(async (options: Record<string, unknown>) => {
    await withConfig(io, options, SETTINGS, ({ config }, context) => doctor(config, context, options.json === true));
  });
}
