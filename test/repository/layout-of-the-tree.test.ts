import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floorOf } from '../../scripts/lib/floors.mjs';
import { unitOf } from '../../scripts/lib/import-graph.mjs';
import { listFiles } from '../../scripts/lib/list-files.mjs';
import { projectRoot } from '../../scripts/lib/project-root.mjs';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const sources = listFiles(join(projectRoot, 'src'), ['.ts']).map((path) => `src/${path}`);
const lineCount = (path: string): number => read(path).split('\n').length - 1;

describe('the files of src/', () => {
  /** Lists of names and numbers with their source, and nothing else. */
  const isTable = (path: string): boolean => /-(classes|names|table)\.ts$/.test(path);

  it('have at most 400 lines, tables of data aside', () => {
    expect(sources.filter((path) => !isTable(path) && lineCount(path) > 400)).toEqual([]);
  });

  it('have at most 150 lines at the median', () => {
    const counts = sources.map(lineCount).sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(150);
  });

  it('stand on a floor', () => {
    expect(sources.filter((path) => floorOf(unitOf(path)) === -1)).toEqual([]);
  });

  it('are named in kebab-case, and for what they hold', () => {
    expect(sources.filter((path) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+\.ts$/.test(path))).toEqual([]);
    expect(sources.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/.test(path))).toEqual([]);
  });

  it('only re-export in an index.ts, by name', () => {
    for (const path of sources.filter((path) => basename(path) === 'index.ts')) {
      const rest = read(path)
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/export (type )?\{[^}]*\} from '[^']+';/g, '');
      expect(rest.trim(), path).toBe('');
    }
  });
});

describe('the committed files', () => {
  const tracked = (() => {
    try {
      return execFileSync('git', ['ls-files', '-z'], { cwd: projectRoot, encoding: 'utf8', stdio: 'pipe' })
        .split('\0')
        .filter(Boolean);
    } catch {
      return [];
    }
  })();
  const pages = tracked.filter((path) => path.endsWith('.md') && existsSync(join(projectRoot, path)));

  it.skipIf(tracked.length === 0)('hold no recordings and nothing above 20 MB', () => {
    const present = tracked.filter((path) => existsSync(join(projectRoot, path)));
    expect(present.filter((path) => /\.(skeleton|npy|npz|h5|pkl|tar\.gz)$/.test(path) && !path.includes('/fixtures/'))).toEqual(
      [],
    );
    expect(present.filter((path) => statSync(join(projectRoot, path)).size > 20e6)).toEqual([]);
  });

  it.skipIf(tracked.length === 0)('link to pages and headings that are there', () => {
    const slug = (title: string): string =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-');
    const broken = pages.flatMap((page) => {
      const text = read(page).replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
      return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map((match) => match[1]!)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [file, heading] = link.split('#');
          const path = file ? normalize(join(dirname(page), file)) : page;
          if (!existsSync(join(projectRoot, path))) return true;
          return heading !== undefined && ![...read(path).matchAll(/^#+ (.+)$/gm)].some((match) => slug(match[1]!) === heading);
        })
        .map((link) => `${page}: ${link}`);
    });
    expect(broken).toEqual([]);
  });
});
