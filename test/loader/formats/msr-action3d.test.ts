import { beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/core/layout.js';
import { parseMsrAction3d } from '../../../src/loader/formats/msr-action3d.js';
import { loadLayout } from '../../../src/loader/load-layout.js';
import { survivesDamage } from '../support/damage.js';

let layout: Layout;
beforeAll(async () => {
  layout = await loadLayout('msr-action3d');
});
const text = (joints: number): string =>
  Array.from({ length: joints }, (_, i) => ` ${i}.5e0 ${-i} 3.25 1.0000000e+000`).join('\n');
const parse = (content: string | Uint8Array) =>
  parseMsrAction3d(Buffer.from(content), { dataset: 'msr-action3d', id: 'a01', label: 0, file: 'a01.txt', layout, fps: 15 });

describe('a sequence of MSR-Action3D', () => {
  it('is 20 lines a frame, without the confidence', () => {
    const { keypoint, shape } = parse(text(60));
    expect(shape).toEqual({ M: 1, T: 3, V: 20, C: 3 });
    expect([...keypoint.slice(41 * 3, 42 * 3)]).toEqual([41.5, -41, 3.25]);
  });

  it('that ends within a frame is refused at its last line', () => {
    expect(() => parse(text(45))).toThrow(
      expect.objectContaining({
        code: 'FORMAT_TRUNCATED',
        message: expect.stringContaining('line 45: expected 20 joints in each frame, the last one has 5'),
      }),
    );
  });

  it('survives any damage', () => {
    survivesDamage(Buffer.from(text(40)), (bytes) => [parse(bytes)]);
  });
});
