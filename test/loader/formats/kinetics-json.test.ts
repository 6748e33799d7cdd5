import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseKinetics, parseKineticsLabels } from '../../../src/loader/formats/kinetics-json.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { endsWell, survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('openpose-18');
});
const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const parse = (value: unknown) =>
  parseKinetics(value instanceof Uint8Array ? value : encode(value), {
    dataset: 'kinetics',
    id: '__x',
    label: 0,
    file: '__x.json',
    layout,
    fps: 30,
  });
const person = (x: number, score: number, unseen = -1) => ({
  pose: Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? x : 0.5)),
  score: Array.from({ length: 18 }, (_, v) => (v === unseen ? 0 : score)),
});
const frame = (frame_index: number, ...skeleton: unknown[]) => ({ frame_index, skeleton });

describe('a clip of Kinetics-skeleton', () => {
  it('keeps the two persons with the best scores of each frame, best first', () => {
    const { keypoint, shape } = parse({
      data: [frame(1, person(0.1, 0.2), person(0.3, 0.9), person(0.2, 0.5)), frame(2, person(0.4, 0.1))],
      label: 'parkour',
      label_index: 207,
    });
    expect(shape).toEqual({ M: 2, T: 2, V: 18, C: 2 });
    const x = (m: number, t: number): number => keypoint[(m * 2 + t) * 36]!;
    expect([x(0, 0), x(1, 0), x(0, 1), x(1, 1)]).toEqual([0.3, 0.2, 0.4, 0].map(Math.fround));
  });

  it('leaves out empty frames at its ends and keeps those within, as zeros', () => {
    const { shape, keypoint } = parse({
      data: [frame(1), frame(5, person(0.1, 1)), frame(6), frame(8, person(0.2, 1)), frame(9)],
    });
    expect(shape).toEqual({ M: 1, T: 4, V: 18, C: 2 });
    expect(keypoint.slice(36, 3 * 36).every((value) => value === 0)).toBe(true);
  });

  it('sets joints that were not seen to zero', () => {
    const { keypoint } = parse({ data: [frame(1, person(0.7, 1, 4))] });
    expect([...keypoint.slice(6, 10)]).toEqual([Math.fround(0.7), 0.5, 0, 0]);
  });

  it('of nobody is empty', () => {
    expect(() => parse({ data: [frame(1), frame(2)] })).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
    expect(() => parse({ data: [] })).toThrow(expect.objectContaining({ code: 'CLIP_EMPTY' }));
  });

  it.each([
    ['no data', {}, 'data: expected a list of frames'],
    ['a text for a frame', { data: ['x'] }, 'data[0]: expected a JSON object'],
    ['no frame number', { data: [{ skeleton: [] }] }, 'data[0].frame_index: expected a frame number'],
    ['no persons', { data: [{ frame_index: 1 }] }, 'data[0].skeleton: expected a list of persons'],
    [
      'a coordinate too few',
      { data: [frame(1, { ...person(1, 1), pose: [1] })] },
      'data[0].skeleton[0].pose: expected a list of 36 numbers',
    ],
    ['no scores', { data: [frame(1, { pose: person(1, 1).pose })] }, 'data[0].skeleton[0].score: expected a list of 18 numbers'],
    [
      'frame numbers far apart',
      { data: [frame(0, person(1, 1)), frame(900_000, person(1, 1))] },
      'data: expected frame numbers close',
    ],
  ])('with %s is refused at its place', (_, value, words) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNSUPPORTED', message: expect.stringContaining(`__x.json, ${words}`) }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(encode({ data: [frame(1, person(0.1, 0.2)), frame(2, person(0.3, 0.9), person(0.2, 0.5))] }), (bytes) => [
      parse(bytes),
    ]);
  });
});

describe('labels of Kinetics-skeleton', () => {
  it('survive any damage', () => {
    const labels = encode({
      a: { has_skeleton: true, label: 'dancing', label_index: 3 },
      b: { has_skeleton: false, label: 'x', label_index: 0 },
    });
    endsWell(labels, (bytes) => {
      for (const { label } of parseKineticsLabels(bytes, 'labels.json').values()) expect(Number.isInteger(label)).toBe(true);
    });
  });

  const parseLabels = (value: unknown) => parseKineticsLabels(encode(value), 'labels.json');

  it('say what a clip is, and whether it has a skeleton', () => {
    const labels = parseLabels({ '-a': { has_skeleton: false, label: 'parkour', label_index: 207 } });
    expect(labels.get('-a')).toEqual({ hasSkeleton: false, name: 'parkour', label: 207 });
  });

  it.each([
    [{ a: { label: 'x', label_index: 1 } }, '"a".has_skeleton: expected true or false'],
    [{ a: { has_skeleton: true, label_index: 1 } }, '"a".label: expected the name'],
    [{ a: { has_skeleton: true, label: 'x', label_index: -1 } }, '"a".label_index: expected a class number'],
    [{ a: 1 }, '"a": expected a JSON object'],
    [[], 'byte 0: expected a JSON object'],
  ])('%j are refused', (value, words) => {
    expect(() => parseLabels(value)).toThrow(expect.objectContaining({ message: expect.stringContaining(words) }));
  });
});
