import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Stats } from '../core/source.js';
import { metricName } from './metric-names.js';
import type { PanelSubject } from './panel-subject.js';

/** Bounds of the waits, seconds: from a batch that is built at once to one that a slow generator holds up. */
const WAIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures of a stream for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  /** Everything as text, in the exposition format. */
  text(): Promise<string>;
  close(): void;
}

const help = (statistic: string): string => `${statistic} of skelmix (docs/live-page.md)`;

/** Statistics as metrics, each created at the first statistic that belongs to it. */
function statsRegistry(stats: Stats): Registry {
  const registry = new Registry();
  const made = new Map<string, Counter | Gauge>();
  for (const [statistic, value] of Object.entries(stats)) {
    if (typeof value === 'string') continue;
    const { name, type, labels, scale } = metricName(statistic);
    const settings = { name, help: help(statistic), labelNames: Object.keys(labels), registers: [registry] };
    const metric = made.get(name) ?? (type === 'counter' ? new Counter(settings) : new Gauge(settings));
    made.set(name, metric);
    metric.inc(labels, Number(value) * scale);
  }
  return registry;
}

/** What never changes, and what changes but is text, as labels of a metric of value 1. */
function infoRegistry({ source, version }: PanelSubject, stats: Stats): Registry {
  const registry = new Registry();
  const { dataset, split, model, simulated, configHash } = source.info;
  const labels = {
    ...{ version, dataset, split, model: model ?? '', simulated: String(simulated), config: configHash },
    policy: String(stats['mix.policy'] ?? ''),
    engine: String(stats['generator.engine'] ?? ''),
  };
  new Gauge({ name: 'skelmix_info', help: 'what is streamed', labelNames: Object.keys(labels), registers: [registry] }).set(
    labels,
    1,
  );
  const cpu = process.cpuUsage();
  const gauge = (name: string, about: string, value: number): void =>
    new Gauge({ name, help: about, registers: [registry] }).set(value);
  gauge('process_resident_memory_bytes', 'memory of the process', process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'when the process started', Date.now() / 1000 - process.uptime());
  new Counter({ name: 'process_cpu_seconds_total', help: 'processor time, all threads', registers: [registry] }).inc(
    (cpu.user + cpu.system) / 1e6,
  );
  return registry;
}

/** Metrics of a running stream. Statistics are read when they are asked for; only the waits are counted all the time. */
export function createMetrics(subject: PanelSubject): Metrics {
  const kept = new Registry();
  const waits = new Histogram({
    name: 'skelmix_batch_wait_seconds',
    help: 'time that a batch took once it was its turn',
    buckets: WAIT_BUCKETS,
    registers: [kept],
  });
  const stop = subject.batches.onWait((waitMs) => waits.observe(waitMs / 1000));
  return {
    contentType: kept.contentType,
    text() {
      const stats = subject.stats();
      return Registry.merge([infoRegistry(subject, stats), statsRegistry(stats), kept]).metrics();
    },
    close: stop,
  };
}
