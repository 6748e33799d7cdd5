import type { Config } from '../../config/index.js';
import { messageOf, SkelmixError } from '../../core/errors.js';
import type { CommandContext } from '../command-context.js';
import { examineEngines } from './examine-engines.js';
import { examinePort } from './examine-port.js';
import { examinePython } from './examine-python.js';
import type { Finding } from './finding.js';

/** Oldest Node that works: `engines` in package.json. */
const LEAST_NODE = [20, 15] as const;

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  const text = `${process.versions.node} on ${process.platform} ${process.arch}`;
  return isOld
    ? { what: 'Node', state: 'failure', text: `${text}: needs ${LEAST_NODE.join('.')} or newer`, exitCode: 2 }
    : { what: 'Node', state: 'ok', text };
}

function failure(what: string, error: unknown): Finding {
  const exitCode = error instanceof SkelmixError ? error.exitCode : 70;
  return { what, state: 'failure', text: messageOf(error), exitCode };
}

async function* examineModels(config: Config): AsyncGenerator<Finding> {
  const { bundledModels, modelFolder } = await import('../../service/index.js');
  const { loadModel } = await import('../../generator/index.js');
  const bundled = await bundledModels();
  if (bundled.length === 0)
    yield { what: 'models', state: 'warning', text: 'none are bundled: train one with "skelmix train all"' };
  const named = config.generator.model;
  for (const name of new Set([...bundled, ...(named === undefined ? [] : [named])])) {
    try {
      const { manifest } = await loadModel(await modelFolder(name));
      const { dataset, classes, version } = manifest;
      const origin = `${dataset.name} ${dataset.split}${dataset.simulated ? ' (simulated)' : ''}`;
      yield { what: 'model', state: 'ok', text: `${name}@${version}, trained on ${origin}, ${classes.length} classes` };
    } catch (error) {
      yield failure('model', error);
    }
  }
}

async function examineData(config: Config, context: CommandContext): Promise<Finding> {
  if (config.data === undefined) return { what: 'data', state: 'warning', text: 'none named: give --data to check a data set' };
  const { openConfiguredDataset } = await import('../../service/index.js');
  try {
    const { name, split, items, classes, simulated } = await openConfiguredDataset(config, context.logger);
    const kind = simulated ? 'SIMULATED' : 'recorded';
    return { what: 'data', state: 'ok', text: `${name} ${split}: ${items.length} ${kind} clips, ${classes.length} classes` };
  } catch (error) {
    return failure('data', error);
  }
}

/** Looks at everything that skelmix needs, one finding after the other. Nothing is changed. */
export async function* examine(config: Config, context: CommandContext): AsyncGenerator<Finding> {
  yield examineNode();
  yield* examineEngines(config.engine.name);
  yield await examinePort(config.serve.host, config.serve.port);
  yield await examinePython(context.io.env);
  yield* examineModels(config);
  yield await examineData(config, context);
}
