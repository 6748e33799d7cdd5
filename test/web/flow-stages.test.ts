import { describe, expect, it } from 'vitest';
import { flowStages } from '../../web/src/flow/flow-stages.js';

const before = {
  'mix.real': 0,
  'generator.clips': 10,
  'server.bytesSent': 0,
  'mix.waitMs': 0,
  'gate.passed': 10,
  'gate.rejected': 0,
};
const now = {
  ...{ 'mix.real': 60, 'mix.fresh': 20, 'mix.replayed': 20, 'mix.waitMs': 1000, 'mix.open': 0, 'server.bytesSent': 4e6 },
  ...{ 'generator.clips': 18, 'generator.busy': true, 'generator.engine': 'onnx-cpu', 'gate.passed': 16, 'gate.rejected': 2 },
  ...{ 'server.consumers': 1, 'server.credit': 2, 'loader.workers': 1 },
};
const stage = (id: string, input = { before, now, seconds: 2, stall: null } as Parameters<typeof flowStages>[0]) =>
  flowStages(input).find((candidate) => candidate.id === id);

describe('the stages of the stream', () => {
  it('have rates by the time between two looks', () => {
    expect(stage('mixer')).toMatchObject({ rate: '50 samples/s', use: 0.5, waits: null });
    expect(stage('generator')).toMatchObject({ rate: '4 clips/s', use: 1, waits: null });
    expect(stage('gate')).toMatchObject({ rate: '4 judged/s', use: 0.25 });
    expect(stage('sender')).toMatchObject({ rate: '2.0 MB/s' });
  });

  it('say who waits for whom', () => {
    const stalled = { before, now, seconds: 2, stall: { code: 'generator_slow', sinceMs: 10, hint: '' } } as const;
    expect(stage('recent', stalled)!.waits).toBe('waits for generator');
    expect(stage('mixer', stalled)!.waits).toBe('waits for synthetic');
    expect(stage('transforms', stalled)!.waits).toBeNull();
    const idle = { before, now: { ...now, 'server.credit': 0 }, seconds: 2, stall: null };
    expect(stage('sender', idle)!.waits).toBe('waits for credit');
    expect(stage('consumers', { ...idle, now: { ...now, 'server.consumers': 0 } })!.waits).toBe('nobody is connected');
  });

  it('leave the generator out where there is none', () => {
    const { 'generator.clips': _clips, ...real } = now;
    expect(flowStages({ before, now: real, seconds: 1, stall: null }).map(({ id }) => id)).toEqual([
      ...['reader', 'transforms', 'mixer', 'sender', 'consumers'],
    ]);
  });
});
