import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeCommit, describeMachine, formatFigure, formatTable } from '../../bench/harness/report.js';

describe('formatTable', () => {
  it('pads names to the left and figures to the right, with a dash for what is not there', () => {
    const table = formatTable([
      { name: 'stream', value: 2345.6, unit: 'samples/s', baseline: 1000, ratio: 2.3456, better: 'higher', bar: 2 },
      { name: 'peak memory', value: 81.25, unit: 'MB', baseline: null, ratio: null, better: 'lower', bar: null },
    ]);
    expect(table.split('\n')).toEqual([
      'name         value  unit       baseline  ratio  better  bar',
      'stream        2346  samples/s      1000   2.35  higher    2',
      'peak memory   81.3  MB                -      -  lower     -',
    ]);
  });

  it('prints the head alone where there are no rows', () => {
    expect(formatTable([])).toBe('name  value  unit  baseline  ratio  better  bar');
  });
});

describe('formatFigure', () => {
  it.each([
    [0, '0'],
    [0.000123456, '0.000123'],
    [1.5, '1.5'],
    [999.4, '999'],
    [123456.7, '123457'],
    [-2000.4, '-2000'],
  ])('writes %f as %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});

describe('describeMachine', () => {
  it('names the processors and the Node version, but not the host', () => {
    expect(describeMachine()).toMatch(/^\d+ x .+ GiB, .+, Node \d+\.\d+\.\d+$/);
  });
});

describe('describeCommit', () => {
  it('gives the short hash of a checkout', () => {
    expect(describeCommit(process.cwd())).toMatch(/^([0-9a-f]{7,40}\+?|unknown)$/);
  });

  it('says unknown outside of a checkout', () => {
    const folder = mkdtempSync(join(tmpdir(), 'skelmix-bench-'));
    try {
      expect(describeCommit(folder)).toBe('unknown');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
