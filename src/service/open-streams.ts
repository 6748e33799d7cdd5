import { type Config, isTrainingSplit, largestRatio, ratioObjection } from '../config/index.js';
import { ConfigError, DataError, SkelmixError, TransportError } from '../core/errors.js';
import { criterionOf } from '../core/gate-criteria.js';
import { scaleOf } from '../core/guidance-scales.js';
import type { Logger } from '../core/logger.js';
import type { OpenedStream, Stall, StreamProvider, StreamRequest } from '../core/source.js';
import type { Dataset, Profile } from '../loader/index.js';
import type { ClipPreview } from './clip-preview.js';
import { clipRepeater } from './clip-repeater.js';
import { findModel } from './find-model.js';
import { firstSettings } from './first-settings.js';
import { indexedSource } from './indexed-source.js';
import { mixedStream } from './mixed-stream.js';
import { openConfiguredDataset } from './open-configured-dataset.js';
import { openClipMaker } from './open-synthetic.js';
import { overrideSource } from './override-source.js';
import { createRealSources } from './real-sources.js';
import { streamInfo } from './stream-info.js';
import { streamProfile } from './stream-profile.js';
import { createStreamTotals } from './stream-totals.js';

/** Streams on one data set, and everything behind them. */
export interface OpenStreams extends StreamProvider {
  /** The stall of the stream that waits longest, or null. */
  stall(): Stall | null;
  /** Closes every stream, then what they take from. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the data set, model and generator of a configuration, the configured stream on them, and others as they are asked for: each has
 * a profile, an order and synthetic clips of its own; prepared clips are shared by streams of one profile and split. A stream begins with
 * the live settings that the main one has at the time. The statistics of the main one are those of all together. Whatever was opened before a failure is closed again.
 *
 * @param preview is shown the clips
 * @throws ConfigError, DataError, ModelError of the parts
 */
export async function openStreams(config: Config, logger: Logger, preview?: ClipPreview): Promise<OpenStreams> {
  const closers: (() => Promise<void> | void)[] = [];
  const streams = new Set<OpenedStream>();
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    for (const stream of streams) await stream.close();
    for (const close of closers.reverse()) await close();
  };
  try {
    const dataset = await openConfiguredDataset(config, logger);
    const { split } = dataset;
    const most = largestRatio(config.mix);
    const objection = ratioObjection(most, { split, mix: config.mix });
    if (objection)
      throw new ConfigError(
        'CONFIG_CONFLICT',
        `${config.mix.schedule ? 'mix.schedule goes up to' : 'mix.ratio is'} ${most}: ${objection}`,
      );
    const profile = streamProfile(config, dataset);
    const model = isTrainingSplit(split) ? await findModel(config, dataset, logger) : null;
    const reals = createRealSources(config, logger);
    closers.push(reals.close);
    const maker = model && openClipMaker(config, model, dataset, logger);
    if (maker) closers.push(maker.close);
    const onClip = preview?.keep;
    preview?.attach({ dataset, maker: maker && model && clipRepeater(config, model, maker.generator) });
    const settings = firstSettings(config, model);
    const main = await mixedStream(
      { config, dataset, profile, real: await reals.open(dataset, profile), maker, model, settings, number: 0, onClip },
      logger,
    );
    closers.push(main.close);
    const totals = createStreamTotals();
    totals.add(main.figures);
    main.source.onChange(({ key, value }) => {
      const [criterion, scale] = [criterionOf(key), scaleOf(key)];
      if (criterion) maker?.gate.set(criterion, value as number);
      if (scale) maker?.generator.guide(scale, value as number);
    });

    const datasets = new Map<string, Promise<Dataset>>([[split, Promise.resolve(dataset)]]);
    const datasetOf = async (wanted: string): Promise<Dataset> => {
      let opening = datasets.get(wanted);
      if (!opening) {
        opening = openConfiguredDataset({ ...config, split: wanted }, logger);
        datasets.set(wanted, opening);
        opening.catch(() => datasets.delete(wanted));
      }
      return opening;
    };
    let number = 0;

    return {
      main: overrideSource(main.source, { stats: totals.stats }),
      stall: totals.stall,
      splits: dataset.splitSizes,
      async open(request) {
        if (closing) throw new TransportError('CLOSED', 'the data set is closed: no more streams are opened on it');
        const { data, form } = await resolve(request, config, split, dataset, datasetOf);
        const real = await reals.open(data, form);
        try {
          // Only clips of the very split that the model was trained on may be mixed with its own.
          const own = data.split === split ? { maker, model } : { maker: null, model: null };
          const isTraining = isTrainingSplit(data.split);
          const begin = own.maker ? main.source.settings : { ratio: 0, paused: main.source.settings.paused };
          const mixed = isTraining
            ? await mixedStream(
                { config, dataset: data, profile: form, real, ...own, settings: begin, number: ++number, onClip },
                logger,
              )
            : null;
          const leaveTotals = mixed && totals.add(mixed.figures);
          const info = mixed?.source.info ?? streamInfo(config, data, form, null);
          const opened: OpenedStream = {
            source: mixed?.source ?? null,
            items: indexedSource(data, info, real),
            async close() {
              if (!streams.delete(opened)) return;
              leaveTotals?.();
              await mixed?.close();
              await real.release();
            },
          };
          streams.add(opened);
          return opened;
        } catch (error) {
          await real.release();
          throw error;
        }
      },
      close: () => {
        closing ??= closeAll();
        return closing;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Data set and profile of a request; what it got wrong is an error with `details.field`. */
async function resolve(
  request: StreamRequest,
  config: Config,
  split: string,
  dataset: Dataset,
  datasetOf: (split: string) => Promise<Dataset>,
): Promise<{ data: Dataset; form: Profile }> {
  const wanted = request.split;
  const asked = wanted === undefined || wanted === config.split || wanted === split;
  const data = asked
    ? dataset
    : await datasetOf(wanted).catch((error: unknown) => {
        if (!(error instanceof DataError) || error.code !== 'SPLIT_UNKNOWN') throw error;
        throw new ConfigError('CONFIG_INVALID', error.message, {
          cause: error,
          details: { ...error.details, field: 'split', got: wanted },
        });
      });
  try {
    return { data, form: streamProfile(config, data, request.profile) };
  } catch (error) {
    if (!(error instanceof SkelmixError) || error instanceof ConfigError) throw error;
    throw new ConfigError('CONFIG_INVALID', error.message, { cause: error, details: { field: 'profile', ...error.details } });
  }
}
