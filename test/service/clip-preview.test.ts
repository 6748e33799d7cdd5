import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatClipId } from '../../src/generator/index.js';
import { createClipPreview } from '../../src/service/clip-preview.js';
import { createService, type Service } from '../../src/service/index.js';
import { SHOWN_FRAMES, thinClip } from '../../src/service/thin-clip.js';
import { connect } from '../../src/transport/index.js';
import { TINY_DATA, tinyModel } from '../support/tiny-model.js';

describe('a clip that is shown', () => {
  it('has at most 128 frames, and the frame rate of what is left', () => {
    const [M, T, V, C] = [1, 300, 2, 3];
    const keypoint = Float32Array.from({ length: M * T * V * C }, (_, i) => i + 1);
    const thin = thinClip({ keypoint, shape: { M, T, V, C }, fps: 30 });
    expect(thin.shape).toEqual({ M: 1, T: 100, V: 2, C: 3 });
    expect(thin.shape.T).toBeLessThanOrEqual(SHOWN_FRAMES);
    expect(thin.fps).toBe(10);
    expect([...thin.keypoint.subarray(6, 12)]).toEqual([...keypoint.subarray(18, 24)]);
  });

  it('leaves out persons behind the last one who is there, and copies', () => {
    const keypoint = new Float32Array(3 * 2).fill(0);
    keypoint[2] = 5;
    const thin = thinClip({ keypoint, shape: { M: 3, T: 1, V: 1, C: 2 }, fps: 30 });
    expect(thin.shape.M).toBe(2);
    keypoint[2] = 9;
    expect([...thin.keypoint]).toEqual([0, 0, 5, 0]);
    expect(thinClip({ keypoint: new Float32Array(4), shape: { M: 2, T: 1, V: 1, C: 2 }, fps: 1 }).shape.M).toBe(1);
  });
});

describe('a preview before anything is known', () => {
  it('has nothing to show and makes nothing', async () => {
    const preview = createClipPreview();
    expect(preview.list('real', 0)).toEqual([]);
    expect(await preview.find('x')).toBeUndefined();
    const id = formatClipId({ model: 'm@1', settings: 's', seed: 0, index: 1, label: 0 });
    await expect(preview.regenerate(id)).rejects.toMatchObject({ code: 'CONFIG_CONFLICT' });
    await expect(preview.regenerate('recording-7')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('the clips of a running service', () => {
  let model: Awaited<ReturnType<typeof tinyModel>>;
  let service: Service | undefined;
  beforeAll(async () => {
    model = await tinyModel();
  });
  afterAll(() => model.remove());
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });

  const api = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await fetch(new URL(path, service!.page!), init)).json() as Promise<T>;
  const post = (path: string, body: unknown) =>
    api<Record<string, never>>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('are the real ones handed out and the synthetic ones made, and each is made again from its id', async () => {
    service = await createService({
      data: TINY_DATA,
      mix: { ratio: 0.5 },
      batch: { size: 24 },
      epochSize: 48,
      loader: { workers: 0 },
      generator: { model: model.folder, steps: 2, groupSize: 4, freshTarget: 24 },
      serve: { port: 0, ipc: false },
      http: { enabled: true, port: 0 },
    });
    const stream = await connect(service.endpoints[0]!, { preferIpc: false });
    let real: { id: string; label: number } | undefined;
    let taken = 0;
    for await (const { ids, y, origin } of stream) {
      const n = origin.indexOf(0);
      real = { id: ids[n]!, label: y[n]! };
      if (++taken === 2) break;
    }
    const listed = await api<{ clips: { id: string; seenAtMs: number }[] }>(`/api/clips?origin=real&label=${real!.label}`);
    expect(listed.clips.map(({ id }) => id)).toContain(real!.id);
    const shown = await api<{ keypoint: number[]; shape: Record<string, number> }>(
      `/api/clip?id=${encodeURIComponent(real!.id)}`,
    );
    const { M, T, V, C } = shown.shape as { M: number; T: number; V: number; C: number };
    expect(shown.keypoint).toHaveLength(M * T * V * C);

    const made = await api<{ clips: { id: string }[] }>('/api/clips?origin=synthetic&label=3');
    expect(made.clips.length).toBeGreaterThan(0);
    const { id } = made.clips[0]!;
    const first = await api<{ keypoint: number[] }>(`/api/clip?id=${encodeURIComponent(id)}`);
    const again = (await post('/api/regenerate', { id })) as unknown as {
      clip: { id: string; keypoint: number[] };
      maxDifference: number;
    };
    expect(again.clip.id).toBe(id);
    expect(again.maxDifference).toBeLessThan(1e-3);
    expect(again.clip.keypoint).toHaveLength(first.keypoint.length);

    // Another scale makes other clips; those of before are made again as they were.
    service.source.set('guidance.classifierFree', 3.5, 'test');
    const same = (await post('/api/regenerate', { id })) as unknown as { maxDifference: number };
    expect(same.maxDifference).toBeLessThan(1e-3);
    const scaled = id.replace('_f1.25_', '_f3.5_');
    const stronger = (await post('/api/regenerate', { id: scaled })) as unknown as {
      clip: { id: string; keypoint: number[]; sampling: object };
    };
    expect(stronger.clip).toMatchObject({ id: scaled, sampling: { classifierFreeScale: 3.5 } });
    expect(stronger.clip.keypoint).not.toEqual(first.keypoint);
    const steps = await post('/api/regenerate', { id: id.replace('_2_f1', '_3_f1') });
    expect(steps).toMatchObject({ error: { code: 'CONFIG_CONFLICT' } });

    const other = await post('/api/regenerate', { id: id.replace(/\/\d+\/(\d+)\/c/, '/99/$1/c') });
    expect(other).toMatchObject({ error: { code: 'CONFIG_CONFLICT', message: expect.stringContaining('another seed') } });
    const unknownClass = await post('/api/regenerate', { id: id.replace(/c\d+$/, 'c999') });
    expect(unknownClass).toMatchObject({ error: { code: 'CONFIG_INVALID' } });

    const state = await api<{ classCounts: { real: number[]; synthetic: number[] }; stats: Record<string, number> }>(
      '/api/state',
    );
    const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
    expect(sum(state.classCounts.real)).toBe(state.stats['mix.real']);
    expect(sum(state.classCounts.synthetic)).toBe(state.stats['mix.fresh']! + state.stats['mix.replayed']!);
  });

  it('are not watched in a service without a page', async () => {
    service = await createService({ data: TINY_DATA, mix: { ratio: 0 }, loader: { workers: 0 }, serve: { port: 0, ipc: false } });
    expect(service.page).toBeNull();
  });
});
