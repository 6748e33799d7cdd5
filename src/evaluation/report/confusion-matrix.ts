import { escapeHtml } from './escape-html.js';

const LABEL = 190;
const TOP = 26;

/**
 * A confusion matrix as inline SVG: rows are what clips should be, columns what they were taken for, the shade is the share of
 * the row. Columns bear the numbers of the classes, rows number and name. Classes without clips stay empty.
 *
 * @param confusion counts [K][K]
 */
export function confusionMatrix(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  const K = classes.length;
  const cell = Math.max(7, Math.min(22, Math.floor(600 / K)));
  const every = Math.ceil(14 / cell);
  const cells: string[] = [];
  const names: string[] = [];
  for (const [row, counts] of confusion.entries()) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const y = TOP + row * cell;
    if (row % every === 0) {
      names.push(`<text x="${LABEL - 6}" y="${y + cell / 2 + 4}" text-anchor="end">${escapeHtml(classes[row]!)} ${row}</text>`);
      names.push(`<text x="${LABEL + row * cell + cell / 2}" y="${TOP - 6}" text-anchor="middle">${row}</text>`);
    }
    for (const [column, count] of counts.entries()) {
      if (count === 0) continue;
      const share = count / total;
      const title = `${classes[row]} taken for ${classes[column]}: ${count} of ${total}`;
      cells.push(
        `<rect class="${row === column ? 'hit' : 'miss'}" x="${LABEL + column * cell}" y="${y}" width="${cell - 1}" height="${cell - 1}" ` +
          `fill-opacity="${Math.max(0.12, share).toFixed(2)}"><title>${escapeHtml(title)}</title></rect>`,
      );
    }
  }
  const size = K * cell;
  return (
    `<svg class="matrix" viewBox="0 0 ${LABEL + size + 4} ${TOP + size + 4}" style="max-width:${LABEL + size + 4}px" role="img" aria-label="confusion matrix">` +
    `<rect class="frame" x="${LABEL - 0.5}" y="${TOP - 0.5}" width="${size}" height="${size}"/>${cells.join('')}${names.join('')}</svg>`
  );
}
