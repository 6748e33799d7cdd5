import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listFiles } from '../../scripts/lib/list-files.mjs';
import { projectRoot } from '../../scripts/lib/project-root.mjs';

describe('the built live page', () => {
  const folder = join(projectRoot, 'dist/page');
  const files = listFiles(folder, ['']).map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));

  it('is below 80 kB, compressed', () => {
    expect(files.length).toBeGreaterThan(2);
    expect(files.reduce((sum, { bytes }) => sum + gzipSync(bytes).length, 0)).toBeLessThan(80_000);
  });

  it('asks for nothing from elsewhere', () => {
    for (const { path, bytes } of files) {
      // Names of XML vocabularies are no addresses that anybody asks.
      const addresses = [...bytes.toString('utf8').matchAll(/(?:https?:)?\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s"'`)]*/gi)].map(
        ([found]) => found,
      );
      expect(
        addresses.filter((address) => !address.startsWith('http://www.w3.org/')),
        path,
      ).toEqual([]);
    }
  });
});
