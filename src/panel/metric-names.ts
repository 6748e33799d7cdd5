/** Statistics that only grow. Everything else that is a number is a gauge. */
const COUNTERS: ReadonlySet<string> = new Set([
  ...['mix.batches', 'mix.real', 'mix.fresh', 'mix.replayed', 'mix.substituted', 'mix.waitMs', 'mix.generatorWaitMs'],
  ...['loader.hits', 'loader.misses', 'loader.badClips', 'loader.flawedClips'],
  ...['generator.clips', 'generator.failures', 'generator.engineFallbacks', 'recent.hits', 'recent.evicted'],
  ...['gate.passed', 'gate.rejected', 'gate.letThrough'],
  ...['server.batchesSent', 'server.bytesSent', 'server.redelivered'],
]);

/** A statistic as Prometheus knows it. */
export interface MetricName {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly labels: Readonly<Record<string, string>>;
  /** What the value is multiplied by: times are in seconds. */
  readonly scale: number;
}

const snake = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/**
 * The metric of a statistic: `mix.waitMs` is `skelmix_mix_wait_seconds_total`, `gate.rejected.c3.jitter` is
 * `skelmix_gate_class_rejections_total{class="3",criterion="jitter"}`, and `gate.rejected.jitter`, of all classes,
 * `skelmix_gate_rejections_total{criterion="jitter"}`. Pure.
 */
export function metricName(statistic: string): MetricName {
  const rejected = /^gate\.rejected\.(?:c(\d+)\.)?(\w+)$/.exec(statistic);
  if (rejected) {
    const [, label, criterion] = rejected;
    const name = label === undefined ? 'skelmix_gate_rejections_total' : 'skelmix_gate_class_rejections_total';
    const labels = { ...(label === undefined ? {} : { class: label }), criterion: criterion! };
    return { name, type: 'counter', labels, scale: 1 };
  }
  const type = COUNTERS.has(statistic) ? 'counter' : 'gauge';
  const isTime = statistic.endsWith('Ms');
  // The ending `_total` is a counter's in Prometheus.
  const words = statistic.replace(/Total$/, 'Overall');
  const base = `skelmix_${snake(isTime ? `${words.slice(0, -2)}Seconds` : words)}`;
  return { name: type === 'counter' ? `${base}_total` : base, type, labels: {}, scale: isTime ? 1e-3 : 1 };
}
