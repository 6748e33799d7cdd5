import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import type { ClipQuality, GeneratedClip } from '../../../src/generator/gate/clip-quality.js';
import { createGate, GATE_PATIENCE } from '../../../src/generator/gate/gate.js';
import { fitGateBounds } from '../../../src/generator/gate/gate-bounds.js';
import { clipOf } from '../recent/support/fake-generator.js';

const quality = (value: number): ClipQuality => ({ likelihood: value, bones: value, jitter: value, nearest: value });
/** Twenty real clips of each of two classes: measures 1 to 20, and 101 to 120. */
const real = Array.from({ length: 40 }, (_, i) => quality(i < 20 ? i + 1 : i + 81));
const bounds = fitGateBounds(
  real,
  real.map((_, i) => (i < 20 ? 0 : 1)),
  2,
);
const off = { likelihood: 0, bones: 0, jitter: 0, nearest: 0 };
const manifest = { name: 'm', version: 'v', classes: ['wave', 'clap'], gate: bounds };
const clip = (label: number, measured: Partial<ClipQuality> = {}): GeneratedClip => ({
  ...clipOf(label, 0),
  quality: { ...quality(label === 0 ? 10 : 110), ...measured },
});

function scene(thresholds = {}, of: typeof manifest | Omit<typeof manifest, 'gate'> = manifest) {
  const said: string[] = [];
  const logger = {
    ...silentLogger,
    info: (text: string) => void said.push(text),
    warn: (text: string) => void said.push(text),
  };
  return { gate: createGate({ manifest: of, thresholds: { ...off, ...thresholds }, logger }), said };
}

describe('a gate', () => {
  it('rejects what lies outside of the real clips of its own class', () => {
    const { gate } = scene({ likelihood: 0.1, bones: 0.1, jitter: 0.1, nearest: 0.1 });
    expect(gate.admit(clip(0))).toBe(true);
    expect(gate.admit(clip(1))).toBe(true);
    expect(gate.admit(clip(0, { likelihood: 1 }))).toBe(false);
    expect(gate.admit(clip(1, { likelihood: 20 }))).toBe(false);
    expect(gate.admit(clip(0, { bones: 121 }))).toBe(false);
    expect(gate.admit(clip(0, { jitter: 0.5 }))).toBe(false);
    expect(gate.admit(clip(0, { jitter: 121 }))).toBe(false);
    expect(gate.admit(clip(0, { nearest: 1 }))).toBe(false);
    expect(gate.admit(clip(0, { likelihood: 99, bones: 0, nearest: 99 }))).toBe(true);
  });

  it('is off at 0, criterion by criterion, and takes new thresholds at once', () => {
    const { gate } = scene({ jitter: 0.1 });
    expect(gate.admit(clip(0, { likelihood: -9 }))).toBe(true);
    gate.set('likelihood', 0.1);
    expect(gate.admit(clip(0, { likelihood: -9 }))).toBe(false);
    gate.set('likelihood', 0);
    expect(gate.admit(clip(0, { likelihood: -9 }))).toBe(true);
  });

  it('passes a measure that a clip does not have', () => {
    const { gate } = scene({ likelihood: 0.1, bones: 0.1, jitter: 0.1, nearest: 0.1 });
    expect(gate.admit(clip(0, { bones: Number.NaN, jitter: Number.NaN }))).toBe(true);
  });

  it('counts by class and reason; a clip that fails twice counts for both', () => {
    const { gate } = scene({ likelihood: 0.1, jitter: 0.1 });
    gate.admit(clip(0, { likelihood: -9, jitter: 999 }));
    gate.admit(clip(1, { jitter: 999 }));
    gate.admit(clip(1));
    gate.admit(clip(1));
    expect(gate.stats()).toEqual({
      'gate.passed': 2,
      'gate.rejected': 2,
      'gate.letThrough': 0,
      'gate.rejectRate': 0.5,
      'gate.rejected.likelihood': 1,
      'gate.rejected.bones': 0,
      'gate.rejected.jitter': 2,
      'gate.rejected.nearest': 0,
      'gate.rejected.c0.likelihood': 1,
      'gate.rejected.c0.jitter': 1,
      'gate.rejected.c1.jitter': 1,
    });
  });

  it('lets a class through after 20 rejections in a row until one of it passes, warns once, and holds the other classes', () => {
    const { gate, said } = scene({ likelihood: 0.1 });
    const bad = (label = 0) => gate.admit(clip(label, { likelihood: -9 }));
    for (let i = 0; i < GATE_PATIENCE; i++) expect(bad()).toBe(false);
    expect(bad()).toBe(true);
    expect(bad(1)).toBe(false);
    expect(bad()).toBe(true);
    expect(gate.stats()).toMatchObject({ 'gate.rejected': 21, 'gate.letThrough': 2 });
    gate.admit(clip(0));
    for (let i = 0; i < GATE_PATIENCE; i++) expect(bad()).toBe(false);
    expect(bad()).toBe(true);
    expect(said).toEqual([expect.stringMatching(/rejected 20 clips of class 0 \(wave\) in a row, the last for likelihood/)]);
    gate.set('jitter', 0.1);
    expect(bad()).toBe(false);
  });

  it('passes everything of a model without a gate and says so once, if anything was asked for', () => {
    const { gate: _, ...without } = manifest;
    const { gate, said } = scene({}, without);
    expect(gate.admit(clip(0))).toBe(true);
    expect(said).toEqual([]);
    gate.set('jitter', 0.1);
    expect(gate.admit(clip(0, { jitter: 1e9 }))).toBe(true);
    expect(gate.admit(clip(0))).toBe(true);
    expect(said).toEqual([expect.stringContaining('has no quality gate')]);
  });
});
