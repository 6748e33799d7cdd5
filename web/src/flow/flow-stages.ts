import { shortBytes, shortNumber } from '../format.js';
import type { Stall, Stats } from '../stream/messages.js';

/** One stage of the stream, as the strip shows it. */
export interface Stage {
  readonly id: 'reader' | 'transforms' | 'generator' | 'gate' | 'recent' | 'mixer' | 'sender' | 'consumers';
  readonly name: string;
  /** What passes, with its unit. */
  readonly rate: string;
  /** What stands and waits. */
  readonly queue: string;
  /** Share of the time, or of its room, in use; null where that means nothing. */
  readonly use: number | null;
  /** What it waits for, or null. */
  readonly waits: string | null;
}

/** What the strip is made from: two looks at the statistics. */
export interface FlowInput {
  readonly before: Stats;
  readonly now: Stats;
  /** Between the looks. */
  readonly seconds: number;
  readonly stall: Stall | null;
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** The stages between two looks at the statistics, those of the generator only where there is one. Pure. */
export function flowStages({ before, now, seconds, stall }: FlowInput): Stage[] {
  const at = (name: string): number => Number(now[name] ?? 0);
  const rate = (name: string): number => Math.max(0, at(name) - Number(before[name] ?? 0)) / seconds;
  const per = (value: number, unit: string): string => `${shortNumber(value)} ${unit}/s`;
  const waitsFor = (code: Stall['code'], words: string): string | null => (stall?.code === code ? words : null);
  const consumers = at('server.consumers');
  const asked = at('server.credit') + at('mix.open');
  const workers = at('loader.workers');

  const stages: Stage[] = [
    {
      id: 'reader',
      name: 'Reader',
      rate: per(rate('loader.misses'), 'reads'),
      queue: `${shortNumber(at('loader.pending'))} under way on ${workers} thread${workers === 1 ? '' : 's'}`,
      use: null,
      waits: null,
    },
    {
      id: 'transforms',
      name: 'Transforms, cache',
      rate: per(rate('loader.hits') + rate('loader.misses'), 'samples'),
      queue: `${shortNumber(at('loader.cachedSamples'))} kept, ${shortBytes(at('loader.cachedBytes'))}`,
      use: at('loader.clips') > 0 ? share(at('loader.cachedSamples') / at('loader.clips')) : null,
      waits: waitsFor('source_slow', 'waits for reader'),
    },
  ];
  if ('generator.clips' in now) {
    const judged = rate('gate.passed') + rate('gate.rejected') + rate('gate.letThrough');
    const busy = now['generator.busy'] === true;
    stages.push(
      {
        id: 'generator',
        name: 'Generator',
        rate: per(rate('generator.clips'), 'clips'),
        queue: String(now['generator.engine'] ?? ''),
        use: busy ? 1 : 0,
        waits: busy || now['generator.engine'] === 'starting' ? null : 'rests',
      },
      {
        id: 'gate',
        name: 'Gate',
        rate: per(judged, 'judged'),
        queue: `${(100 * at('gate.rejectRate')).toFixed(1)} % rejected`,
        use: judged > 0 ? share(rate('gate.rejected') / judged) : null,
        waits: null,
      },
      {
        id: 'recent',
        name: 'Recent',
        rate: per(rate('recent.hits'), 'replays'),
        queue: `${shortNumber(at('generator.fresh'))} fresh of ${shortNumber(at('recent.items'))}`,
        use: at('recent.items') > 0 ? share(at('generator.fresh') / at('recent.items')) : 0,
        waits: waitsFor('generator_slow', 'waits for generator'),
      },
    );
  }
  stages.push(
    {
      id: 'mixer',
      name: 'Mixer',
      rate: per(rate('mix.real') + rate('mix.fresh') + rate('mix.replayed'), 'samples'),
      queue: `${shortNumber(at('mix.open'))} batches asked for`,
      use: share(rate('mix.waitMs') / 1000),
      waits:
        waitsFor('paused', 'paused') ??
        waitsFor('generator_slow', 'waits for synthetic') ??
        waitsFor('source_slow', 'waits for real') ??
        (consumers > 0 && asked === 0 ? 'rests' : null),
    },
    {
      id: 'sender',
      name: 'Sender',
      rate: `${shortBytes(rate('server.bytesSent'))}/s`,
      queue: `${shortNumber(rate('server.batchesSent'))} batches/s`,
      use: null,
      waits: consumers > 0 && asked === 0 ? 'waits for credit' : null,
    },
    {
      id: 'consumers',
      name: 'Consumers',
      rate: consumers === 1 ? '1 connected' : `${consumers} connected`,
      queue: `${shortNumber(at('server.leases'))} batches in their hands`,
      use: null,
      waits: consumers === 0 ? 'nobody is connected' : null,
    },
  );
  return stages;
}
