import type { Estimate, Evaluation } from '../evaluation/index.js';
import { columnsInUse, JUDGED_COLUMNS, MOTION_COLUMNS, otherFigure } from '../evaluation/index.js';
import { formatTable } from './format-table.js';

function text(estimate: Estimate | undefined, digits: number): string {
  if (!estimate) return '';
  const { mean, halfWidth } = estimate;
  return halfWidth === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} +-${halfWidth.toFixed(digits)}`;
}

/** Lines of an evaluation's tables: one for each judge, then one of motion, memorisation and use. */
export function evaluationTables({ rows, judges, equalSize, leftOut }: Evaluation): string[] {
  const lines: string[] = [];
  for (const { name, dataset, accuracyOnTrain, crossFit } of judges) {
    const honest = crossFit ? `, ${(100 * crossFit.accuracy).toFixed(1)} % of its own split when left out` : '';
    lines.push(
      `judge ${name}: learnt from ${dataset.name} ${dataset.split}, reads ${(100 * accuracyOnTrain).toFixed(1)} % of the real training clips${honest}`,
    );
    const columns = columnsInUse(JUDGED_COLUMNS, rows, (row, figure) => row.judged[name]?.figures[figure]);
    const cells = rows.map((row) => [
      row.name,
      ...columns.map(({ figure, digits }) => text(row.judged[name]?.figures[figure], digits)),
    ]);
    lines.push(...formatTable(['clips', ...columns.map(({ title }) => title)], cells));
    lines.push(`equal sizes: ${equalSize} clips on each side; of real training clips, two disjoint parts of them`, '');
  }
  const columns = columnsInUse(MOTION_COLUMNS, rows, otherFigure);
  const cells = rows.map((row) => [
    row.name,
    ...columns.map(({ figure, digits }) => text(otherFigure(row, figure), digits)),
    row.clipsPerSecond?.toFixed(1) ?? '',
  ]);
  lines.push(...formatTable(['clips', ...columns.map(({ title }) => title), 'clips/s'], cells));
  lines.push(...leftOut.map(({ figure, why }) => `left out: ${figure} (${why})`));
  return lines;
}

/** Figures by name, as a manifest keeps them: those of the first judge by row, those of others by row and judge. */
export function manifestMetrics({ rows, judges }: Evaluation): Record<string, number> {
  const metrics: Record<string, number> = {};
  const keep = (name: string, estimate: Estimate): void => {
    metrics[name] = Number(estimate.mean.toPrecision(4));
    if (estimate.halfWidth !== null) metrics[`${name}/halfWidth`] = Number(estimate.halfWidth.toPrecision(2));
  };
  for (const row of rows) {
    for (const [i, { name: judge }] of judges.entries())
      for (const [figure, estimate] of Object.entries(row.judged[judge]!.figures))
        keep(i === 0 ? `${row.name}/${figure}` : `${row.name}/${judge}/${figure}`, estimate);
    for (const [figure, estimate] of Object.entries(row.motion)) keep(`${row.name}/${figure}`, estimate);
    for (const figure of ['recognizerAccuracy', 'classificationScore'] as const) {
      const estimate = row[figure];
      if (estimate) keep(`${row.name}/${figure}`, estimate);
    }
  }
  return metrics;
}
