import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCheck } from './commands/check.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addGate } from './commands/gate.js';
import { addGenerate } from './commands/generate.js';
import { addInspect } from './commands/inspect.js';
import { addKeys } from './commands/keys.js';
import { addRatio } from './commands/ratio.js';
import { addServe } from './commands/serve.js';
import { addSetup } from './commands/setup.js';
import { addStats } from './commands/stats.js';
import { addTop } from './commands/top.js';
import { addTrain } from './commands/train.js';
import type { Io } from './io.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** The whole command line. Nothing in it ends the process: errors are thrown, help and version too (as CommanderError). */
export function createProgram(io: Io): Command {
  const program = new Command('skelmix')
    .description('Streams real and synthetic skeleton sequences, mixed at a live ratio, to training loops.')
    .version(version, '-V, --version')
    .showSuggestionAfterError(true);
  const commands = [
    ...[addServe, addRatio, addGate, addStats, addTop, addKeys, addInspect, addCheck],
    ...[addGenerate, addTrain, addEvaluate, addDoctor, addSetup],
  ];
  for (const add of commands) add(program, io);
  const quietly = (command: Command): void => {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Errors are printed once, by whoever catches them.
      outputError: () => {},
    });
    command.commands.forEach(quietly);
  };
  quietly(program);
  return program;
}
