import { describe, expect, it } from 'vitest';
import { metricName } from '../../src/panel/metric-names.js';

describe('the metric of a statistic', () => {
  it.each([
    ['mix.batches', 'skelmix_mix_batches_total', 'counter', 1],
    ['mix.waitMs', 'skelmix_mix_wait_seconds_total', 'counter', 1e-3],
    ['mix.achievedTotal', 'skelmix_mix_achieved_overall', 'gauge', 1],
    ['server.bytesSent', 'skelmix_server_bytes_sent_total', 'counter', 1],
    ['generator.clipsPerSecond', 'skelmix_generator_clips_per_second', 'gauge', 1],
    ['loader.cachedBytes', 'skelmix_loader_cached_bytes', 'gauge', 1],
    ['new.part-of.thingMs', 'skelmix_new_part_of_thing_seconds', 'gauge', 1e-3],
  ] as const)('%s is %s', (statistic, name, type, scale) => {
    expect(metricName(statistic)).toEqual({ name, type, labels: {}, scale });
  });

  it('has class and criterion of a rejection as labels', () => {
    expect(metricName('gate.rejected.jitter')).toMatchObject({
      name: 'skelmix_gate_rejections_total',
      labels: { criterion: 'jitter' },
    });
    expect(metricName('gate.rejected.c12.bones')).toMatchObject({
      name: 'skelmix_gate_class_rejections_total',
      labels: { class: '12', criterion: 'bones' },
    });
    expect(metricName('gate.rejected')).toMatchObject({ name: 'skelmix_gate_rejected_total', labels: {}, type: 'counter' });
  });
});
