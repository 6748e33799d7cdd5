import { execFileSync } from 'node:child_process';
import { cpus, platform, release, totalmem } from 'node:os';
import type { Row } from './row.js';

/** What `--json FILE` writes. */
export interface BenchReport {
  readonly name: string;
  /** When the bench ended, ISO 8601. */
  readonly date: string;
  /** Of the checkout, with `+` where files were changed; `unknown` outside of git. */
  readonly commit: string;
  readonly machine: string;
  readonly rows: readonly Row[];
}

/** The processor, its count, memory, system and Node version in one line. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${platform()} ${release()}, Node ${process.versions.node}`;
}

/** The commit of the checkout that holds a folder. */
export function describeCommit(folder: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

/** Three significant digits, and no fraction from 1000 on. */
export function formatFigure(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}

/** The rows as a table for people, one line each below a head; columns padded, figures to the right. */
export function formatTable(rows: readonly Row[]): string {
  const orDash = (value: number | null): string => (value === null ? '-' : formatFigure(value));
  const head = ['name', 'value', 'unit', 'baseline', 'ratio', 'better', 'bar'];
  const cells = rows.map((row) => [
    row.name,
    formatFigure(row.value),
    row.unit,
    orDash(row.baseline),
    orDash(row.ratio),
    row.better,
    orDash(row.bar),
  ]);
  const figures = new Set(['value', 'baseline', 'ratio', 'bar']);
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]!.length)));
  const format = (line: readonly string[]): string =>
    line
      .map((cell, column) => (figures.has(head[column]!) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [head, ...cells].map(format).join('\n');
}
