import { describe, expect, it } from 'vitest';
import { parseLayout } from '../../../src/core/layout.js';
import { confusionMatrix } from '../../../src/evaluation/report/confusion-matrix.js';
import { escapeHtml } from '../../../src/evaluation/report/escape-html.js';
import { filmStrips } from '../../../src/evaluation/report/film-strip.js';
import { binShares, histogram } from '../../../src/evaluation/report/histogram.js';
import { stick, stickClip } from '../../generator/support/tiny.js';

const count = (text: string, part: string | RegExp): number => text.split(part).length - 1;

/** Every number of a page's coordinates is one. */
const expectDrawable = (page: string): void => expect(page).not.toMatch(/NaN|Infinity|undefined/);

describe('film strips', () => {
  const view = { layout: stick, up: { axis: 1, sign: 1 } as const };

  it('show evenly spaced frames with every bone, left and right told apart', () => {
    const page = filmStrips([{ caption: 'a <real> one', clip: stickClip(0) }], view, 4);
    expect(count(page, '<g class="person0">')).toBe(4);
    // Three bones in each frame: one on the midline, one of either hand.
    expect(count(page, 'M')).toBe(12);
    for (const side of ['mid', 'one', 'two']) expect(count(page, `<path class="${side}"`)).toBe(4);
    expect(page).toContain('a &lt;real&gt; one');
    expectDrawable(page);
  });

  it('show what is up as up, whichever way the axis runs', () => {
    const heights = (page: string): number[] =>
      [...page.matchAll(/M[\d.-]+ ([\d.-]+)L[\d.-]+ ([\d.-]+)/g)].map(([, a, b]) => Number(b) - Number(a));
    const strip = (sign: 1 | -1) =>
      filmStrips([{ caption: '', clip: stickClip(0) }], { layout: stick, up: { axis: 1, sign } }, 1);
    // The first bone goes from hip to chest: up the page, so that the y of the page falls.
    expect(heights(strip(1))[0]).toBeLessThan(0);
    expect(heights(strip(-1))[0]).toBeGreaterThan(0);
  });

  it('show a second person only in the frames where it is', () => {
    const clip = stickClip(1);
    const frame = 12 * 4 * 3;
    const keypoint = new Float32Array(2 * frame);
    keypoint.set(clip.keypoint);
    keypoint.set(clip.keypoint.subarray(0, frame / 2), frame);
    const page = filmStrips([{ caption: '', clip: { ...clip, keypoint, shape: { M: 2, T: 12, V: 4, C: 3 } } }], view, 12);
    expect([count(page, 'person0'), count(page, 'person1')]).toEqual([12, 6]);
    expectDrawable(page);
  });

  it('show 2-D layouts in image coordinates, clips shorter than the strip, and nobody at all', () => {
    const layout = parseLayout(
      { name: 'flat', channels: 2, joints: ['neck', 'hip'], root: 'hip', parents: { neck: 'hip' } },
      'flat',
    );
    const clip = { ...stickClip(0), keypoint: Float32Array.of(100, 50, 100, 90, 0, 0, 0, 0), shape: { M: 1, T: 2, V: 2, C: 2 } };
    const page = filmStrips([{ caption: '', clip }], { layout, up: undefined });
    const [, from, to] = /M[\d.-]+ ([\d.-]+)L[\d.-]+ ([\d.-]+)/.exec(page)!;
    expect(Number(to)).toBeLessThan(Number(from));
    expect(count(page, 'person0')).toBe(1);
    expectDrawable(page);
    expectDrawable(filmStrips([{ caption: '', clip: { ...clip, keypoint: new Float32Array(8) } }], { layout, up: undefined }));
  });
});

describe('the histogram', () => {
  it('counts shares, what lies above in the last bin', () => {
    expect(binShares([0, 0.1, 0.5, 0.99, 7], 1, 2)).toEqual([0.4, expect.closeTo(0.6, 10)]);
  });

  it('draws a curve and a key for each set, with names escaped', () => {
    const page = histogram(
      [
        { name: 'a&b', values: [0.1, 0.2, 0.3] },
        { name: 'c', values: [0.2, Number.NaN, 0.4] },
      ],
      'metres',
    );
    expect(count(page, '<path class="curve')).toBe(2);
    expect(page).toContain('a&amp;b');
    expectDrawable(page);
  });

  it('is empty where there is nothing to draw, and drawable where all are zero', () => {
    expect(histogram([{ name: 'a', values: [] }], 'x')).toBe('');
    expectDrawable(histogram([{ name: 'a', values: [0, 0] }], 'x'));
  });
});

describe('the confusion matrix', () => {
  it('has a cell for each count, hits and misses told apart, with words to it', () => {
    const page = confusionMatrix(
      [
        [3, 1, 0],
        [0, 0, 0],
        [0, 0, 2],
      ],
      ['wave', 'clap', 'b<w'],
    );
    expect([count(page, 'class="hit"'), count(page, 'class="miss"')]).toEqual([2, 1]);
    expect(page).toContain('<title>wave taken for clap: 1 of 4</title>');
    expect(page).toContain('b&lt;w');
    expectDrawable(page);
  });

  it('stays on the page with many classes, with fewer names', () => {
    const names = Array.from({ length: 120 }, (_, i) => `c${i}`);
    const page = confusionMatrix(
      names.map((_, i) => names.map((_, j) => (i === j ? 1 : 0))),
      names,
    );
    expect(Number(/viewBox="0 0 (\d+)/.exec(page)![1])).toBeLessThan(1100);
    expect(count(page, 'class="hit"')).toBe(120);
    expect(count(page, '<text')).toBe(120);
  });
});

it('escapeHtml leaves no character that could end a text or an attribute', () => {
  expect(escapeHtml(`<a href='x' title="y">&</a>`)).toBe('&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;&lt;/a&gt;');
});
