import type { Command } from 'commander';
import { addCommonOptions, type CommandContext, createCommandContext } from '../command-context.js';
import type { Io } from '../io.js';
import { toolRunner } from '../setup/run-tool.js';

interface SetupFlags {
  readonly gpu?: boolean;
  readonly remove?: boolean;
}

async function tensorflow({ gpu = false, remove = false }: SetupFlags, { io, logger, print }: CommandContext): Promise<void> {
  const { removeTensorflow, setupTensorflow } = await import('../setup/setup-tensorflow.js');
  if (remove) {
    const found = await removeTensorflow(io.env);
    return logger.info(found ? 'removed TensorFlow' : 'TensorFlow was not set up: nothing to remove');
  }
  const folder = await setupTensorflow({
    device: gpu ? 'gpu' : 'cpu',
    env: io.env,
    run: toolRunner(io.env),
    onStep: (text) => logger.info(text),
  });
  logger.info(
    `the engine tensorflow-${gpu ? 'gpu' : 'cpu'} works; "skelmix setup tensorflow --remove" removes it, all of it is in`,
  );
  print(folder);
}

async function cuda({ remove = false }: SetupFlags, { io, logger, print }: CommandContext): Promise<void> {
  const { removeCuda, setupCuda } = await import('../setup/setup-cuda.js');
  if (remove) {
    const found = await removeCuda(io.env);
    return logger.info(found ? 'removed the CUDA provider' : 'the CUDA provider was not set up: nothing to remove');
  }
  const folder = await setupCuda({ env: io.env, run: toolRunner(io.env), onStep: (text) => logger.info(text) });
  logger.info('the engine onnx-cuda works; "skelmix setup cuda --remove" removes it, all of it is in');
  print(folder);
}

/** `skelmix setup`: installs optional parts that npm can't bring. */
export function addSetup(program: Command, io: Io): void {
  const setup = program.command('setup').description('install optional parts');
  const command = setup
    .command('tensorflow')
    .description(
      'install TensorFlow for the engines tensorflow-cpu and tensorflow-gpu (Linux; needs python3, pip, a C++ compiler)',
    )
    .option('--gpu', 'TensorFlow with CUDA, for an NVIDIA GPU')
    .option('--remove', 'remove it again');
  addCommonOptions(command).action(async (options: Record<string, unknown> & SetupFlags) => {
    await tensorflow(options, createCommandContext(io, options));
  });
  const cudaCommand = setup
    .command('cuda')
    .description(
      'install the CUDA provider of onnxruntime for the engine onnx-cuda (Linux x64 with an NVIDIA GPU; needs python3, pip)',
    )
    .option('--remove', 'remove it again');
  addCommonOptions(cudaCommand).action(async (options: Record<string, unknown> & SetupFlags) => {
    await cuda(options, createCommandContext(io, options));
  });
}
