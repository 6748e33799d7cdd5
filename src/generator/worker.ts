import { parentPort, workerData } from 'node:worker_threads';
import { packError } from '../core/error-transfer.js';
import { InternalError } from '../core/errors.js';
import type { Logger } from '../core/logger.js';
import { selectEngine } from '../engine/select.js';
import { createClipGenerator } from './create-clip-generator.js';
import { loadModel } from './model/load-model.js';
import type { GeneratorReply, GeneratorRequest, GeneratorWorkerOptions } from './worker-messages.js';

/** Runs a clip generator off the main thread: speaks `GeneratorRequest` and `GeneratorReply`, hands keypoints over without copying. */
async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new InternalError('generator/worker.js is a worker; start it with startGeneratorWorker');
  const reply = (message: GeneratorReply, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const options = workerData as GeneratorWorkerOptions;
  try {
    const model = await loadModel(options.model);
    const { engine: name, threads, cacheFolder, precision, fallback } = options;
    const engine = await selectEngine({
      ...{ name, threads, cacheFolder, precision, fallback },
      logger: loggerOver(reply),
      onFallBack: (event) => reply({ kind: 'fell-back', event }),
    });
    const generator = createClipGenerator({
      model,
      engine,
      seed: options.seed,
      settings: options.settings,
      groupSize: options.groupSize,
      sources: options.sources,
      logger: loggerOver(reply),
      ...(options.measure === undefined ? {} : { measure: options.measure }),
    });
    const running = new Map<number, AbortController>();
    let last: Promise<void> = Promise.resolve();

    const generate = async (request: GeneratorRequest & { kind: 'generate' }, signal: AbortSignal): Promise<void> => {
      try {
        signal.throwIfAborted();
        const clips = await generator.generate(request.labels, request.firstIndex, signal, request.scales);
        reply(
          { kind: 'clips', call: request.call, clips },
          clips.map((clip) => clip.keypoint.buffer as ArrayBuffer),
        );
      } catch (error) {
        reply({ kind: 'failed', call: request.call, error: packError(error) });
      } finally {
        running.delete(request.call);
      }
    };
    port.on('message', (request: GeneratorRequest) => {
      if (request.kind === 'abort') return running.get(request.call)?.abort();
      if (request.kind === 'generate') {
        const controller = new AbortController();
        running.set(request.call, controller);
        last = last.then(() => generate(request, controller.signal));
        return;
      }
      for (const controller of running.values()) controller.abort();
      void last
        .then(() => generator.close())
        .then(() => engine.close())
        .finally(() => port.close());
    });
    reply({ kind: 'ready', manifest: model.manifest, engine: engine.name });
  } catch (error) {
    reply({ kind: 'failed', call: null, error: packError(error) });
    port.close();
  }
}

/** What is said in the worker is said by the logger of those who started it. */
function loggerOver(reply: (message: GeneratorReply) => void): Logger {
  const at = (level: keyof Logger) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    reply({ kind: 'log', level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

await main();
