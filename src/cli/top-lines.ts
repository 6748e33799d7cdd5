import pc from 'picocolors';
import type { LiveSettings, Stats, StreamInfo } from '../core/source.js';

const BAR = 30;

/** What the lines are made from: two looks at a server. */
export interface TopInput {
  readonly endpoint: string;
  readonly info: Pick<StreamInfo, 'dataset' | 'split' | 'model' | 'simulated'>;
  readonly settings: LiveSettings;
  readonly before: Stats;
  readonly now: Stats;
  /** Between the looks. */
  readonly seconds: number;
}

/** A bar of 30 characters: filled up to a share, with a mark at another. */
export function shareBar(achieved: number, target: number): string {
  const place = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * (BAR - 1));
  const filled = place(achieved);
  return Array.from({ length: BAR }, (_, k) => (k === place(target) ? '|' : k < filled ? '#' : '.')).join('');
}

/** The essentials of a stream in a few lines: ratio, rates of each origin, generator, gate, waits, consumers. Pure. */
export function topLines({ endpoint, info, settings, before, now, seconds }: TopInput): string[] {
  const at = (name: string): number => Number(now[name] ?? 0);
  const rate = (name: string): number => Math.max(0, at(name) - Number(before[name] ?? 0)) / seconds;
  const whole = (value: number): string => Math.round(value).toLocaleString('en');
  const row = (name: string, text: string): string => `${name.padEnd(11)}${text}`;
  const marks = [
    ...(info.simulated ? [pc.bgYellow(pc.black(' SIMULATED DATA '))] : []),
    ...(settings.paused ? [pc.yellow('PAUSED')] : []),
  ];
  const [real, fresh, replayed] = [rate('mix.real'), rate('mix.fresh'), rate('mix.replayed')];
  const achieved = at('mix.achieved');
  const target = Number(now['mix.target'] ?? settings.ratio);
  return [
    [pc.bold('skelmix'), endpoint, `${info.dataset} ${info.split}`, ...marks].join('  '),
    row(
      'ratio',
      `${shareBar(achieved, target)}  ${achieved.toFixed(3)} of ${target}${settings.schedule ? ` (${settings.schedule.kind} schedule)` : ''}`,
    ),
    row(
      'samples/s',
      `${whole(real + fresh + replayed)}: ${whole(real)} real, ${whole(fresh)} fresh, ${whole(replayed)} replayed`,
    ),
    row(
      'generator',
      'generator.clips' in now
        ? `${rate('generator.clips').toFixed(1)} clips/s on ${now['generator.engine']}, ${whole(at('generator.fresh'))} ready, ${now['generator.busy'] === true ? 'busy' : 'rests'}`
        : 'none',
    ),
    ...('gate.rejectRate' in now ? [row('gate', `${(100 * at('gate.rejectRate')).toFixed(1)} % rejected`)] : []),
    row(
      'waits',
      `${((100 * rate('mix.waitMs')) / 1000).toFixed(0)} % of the time for samples, ${((100 * rate('mix.generatorWaitMs')) / 1000).toFixed(0)} % for fresh ones`,
    ),
    row(
      'cache',
      `${whole(at('loader.cachedSamples'))} of ${whole(at('loader.clips'))} clips, ${rate('loader.misses').toFixed(1)} read/s`,
    ),
    row(
      'consumers',
      `${at('server.consumers')}, ${whole(at('server.leases'))} batches in their hands, ${(rate('server.bytesSent') / 1e6).toFixed(1)} MB/s`,
    ),
  ];
}
