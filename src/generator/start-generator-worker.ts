import { SHARE_ENV, Worker } from 'node:worker_threads';
import { unpackError } from '../core/error-transfer.js';
import { ModelError } from '../core/errors.js';
import { type Logger, silentLogger } from '../core/logger.js';
import { workerUrl } from '../core/worker-url.js';
import type { ClipGenerator } from './clip-generator.js';
import type { GeneratedClip } from './gate/clip-quality.js';
import type { ModelManifest } from './model/manifest.js';
import type { GeneratorReply, GeneratorRequest, GeneratorWorkerOptions } from './worker-messages.js';

interface Call {
  resolve(clips: GeneratedClip[]): void;
  reject(error: unknown): void;
}

/** A `ClipGenerator` whose work is done in a worker thread, so that it never blocks the stream. */
export interface GeneratorWorker extends ClipGenerator {
  /** Engine that computes now. */
  readonly engine: string;
  /** How often another engine took over from one that failed: 0 or 1. */
  readonly engineFallbacks: number;
  /** False once the worker has ended: it makes no clip any more. */
  readonly alive: boolean;
}

/**
 * Starts the worker and waits until its model is loaded. The images of `options.sources` are handed over: they are empty here
 * afterwards.
 *
 * @param logger told what the worker has to say, e.g. that another engine took over; default: silent
 * @throws ModelError as `loadModel`, `selectEngine` and `createClipGenerator`; ConfigError CONFIG_INVALID (settings)
 */
export async function startGeneratorWorker(
  options: GeneratorWorkerOptions,
  logger: Logger = silentLogger,
): Promise<GeneratorWorker> {
  const worker = new Worker(workerUrl(import.meta.url, './worker.js'), {
    workerData: options,
    transferList: (options.sources?.images ?? []).map((image) => image.buffer as ArrayBuffer),
    // What the engine sets for its native library must reach it.
    env: SHARE_ENV,
  });
  const calls = new Map<number, Call>();
  let nextCall = 0;
  let gone: Error | undefined;
  let engineFallbacks = 0;
  let engine = '';
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const send = (request: GeneratorRequest): void => worker.postMessage(request);

  const fail = (error: Error): void => {
    gone ??= error;
    for (const call of calls.values()) call.reject(error);
    calls.clear();
  };
  const ready = await new Promise<{ manifest: ModelManifest }>((resolve, reject) => {
    worker.on('message', (reply: GeneratorReply) => {
      if (reply.kind === 'log') return logger[reply.level](reply.message, reply.fields);
      if (reply.kind === 'fell-back') {
        engineFallbacks++;
        engine = reply.event.to;
        return;
      }
      if (reply.kind === 'ready') {
        engine = reply.engine;
        return resolve(reply);
      }
      if (reply.kind === 'failed' && reply.call === null) return reject(unpackError(reply.error));
      const call = calls.get(reply.call!);
      calls.delete(reply.call!);
      if (reply.kind === 'clips') call?.resolve([...reply.clips]);
      else call?.reject(unpackError(reply.error));
    });
    worker.once('error', (cause) => {
      const error = new ModelError('BACKEND_UNAVAILABLE', `the generator's worker died: ${cause.message}`, { cause });
      fail(error);
      reject(error);
    });
    worker.once('exit', (code) => {
      const error = new ModelError('BACKEND_UNAVAILABLE', `the generator's worker ended (exit code ${code})`);
      fail(error);
      reject(error);
    });
  });

  return {
    manifest: ready.manifest,
    get engine() {
      return engine;
    },
    get engineFallbacks() {
      return engineFallbacks;
    },
    get alive() {
      return gone === undefined;
    },
    groupSize: options.groupSize,
    generate(labels, firstIndex, signal, scales) {
      if (gone) return Promise.reject(gone);
      if (signal?.aborted) return Promise.reject(signal.reason);
      const call = nextCall++;
      return new Promise<GeneratedClip[]>((resolve, reject) => {
        const abort = (): void => {
          calls.delete(call);
          send({ kind: 'abort', call });
          reject(signal!.reason);
        };
        const settle =
          <A>(act: (value: A) => void) =>
          (value: A): void => {
            signal?.removeEventListener('abort', abort);
            act(value);
          };
        calls.set(call, { resolve: settle(resolve), reject: settle(reject) });
        signal?.addEventListener('abort', abort, { once: true });
        send({ kind: 'generate', call, labels, firstIndex, scales });
      });
    },
    async close() {
      if (!gone) send({ kind: 'close' });
      await exited;
    },
  };
}
