import { describe, expect, it } from 'vitest';
import { limitPersons } from '../../src/evaluation/limit-persons.js';
import { inModelForm, joinMeasured, type Measured } from '../../src/evaluation/measure-clips.js';
import { COMPARED_SAMPLING, namedSampling } from '../../src/evaluation/named-sampling.js';
import { proportionalLabels } from '../../src/evaluation/sample-pool.js';
import { settingsText } from '../../src/generator/index.js';
import { stickClip } from '../generator/support/tiny.js';

const count = (labels: readonly number[], label: number): number => labels.filter((value) => value === label).length;

describe('the classes of samples', () => {
  it('have the shares of the real ones, in random order', () => {
    const labels = proportionalLabels([0, 0, 0, 0, 0, 0, 2, 2, 2, 5], 100, 1);
    expect([0, 2, 5].map((label) => count(labels, label))).toEqual([60, 30, 10]);
    expect(labels.slice(0, 60).every((label) => label === 0)).toBe(false);
    expect(proportionalLabels([1, 0], 7, 3)).toEqual(proportionalLabels([1, 0], 7, 3));
  });
});

describe('clips in the form of the model', () => {
  const pair = { ...stickClip(0), keypoint: Float32Array.from({ length: 2 * 12 * 4 * 3 }, (_, i) => i + 1) };
  const two = { ...pair, shape: { M: 2, T: 12, V: 4, C: 3 } };

  it('hold no more persons than the model does', () => {
    const one = limitPersons(two, 1);
    expect(one.shape).toEqual({ M: 1, T: 12, V: 4, C: 3 });
    expect(one.keypoint).toEqual(two.keypoint.slice(0, 12 * 4 * 3));
    expect(limitPersons(two, 2)).toBe(two);
  });

  it('have its number of frames', () => {
    const form = { numFrames: 6, maxPersons: 1, fps: 30, scale: 1, deviation: 1 };
    expect(inModelForm(two, form).shape).toEqual({ M: 1, T: 6, V: 4, C: 3 });
  });
});

it('joined sets keep the order of every list', () => {
  const set = (n: number): Measured => ({
    ...{ labels: [n], jitter: [n], boneVariation: [n], boneVariationProjected: [n], footSpeed: [n], nearest: [n] },
    judged: { j: [{ label: n, predicted: n, features: Float32Array.of(n) }] },
  });
  const { judged, ...lists } = joinMeasured([set(1), set(2)]);
  expect(Object.values(lists)).toEqual(new Array(6).fill([1, 2]));
  expect(judged.j!.map(({ label }) => label)).toEqual([1, 2]);
});

describe('sampling settings by name', () => {
  it('are those of the presets', () => {
    for (const [name, settings] of Object.entries(COMPARED_SAMPLING)) expect(namedSampling(name)).toEqual({ name, settings });
    expect(COMPARED_SAMPLING.unguided).toMatchObject({ classifierFreeScale: 1, classifierScale: 0 });
  });

  it('or those that a clip id holds', () => {
    const text = settingsText({ ...COMPARED_SAMPLING.default!, steps: 5 });
    expect(namedSampling(text)).toMatchObject({ name: text, settings: { steps: 5 } });
  });

  it('are refused where there is no such name, toString included', () => {
    for (const name of ['x', 'toString']) expect(() => namedSampling(name)).toThrow(/no sampling settings/);
  });
});
