import type { Clip } from '../../core/clip.js';
import type { Layout } from '../../core/layout.js';
import type { Evaluation, ShownClips } from '../evaluate-model.js';
import type { EvaluationRow } from '../evaluation-row.js';
import type { Estimate } from '../metrics/estimate.js';
import { findUpwards } from '../metrics/foot-speed.js';
import { confusionMatrix } from './confusion-matrix.js';
import { escapeHtml } from './escape-html.js';
import { columnsInUse, type FigureColumn, JUDGED_COLUMNS, MOTION_COLUMNS, otherFigure } from './figure-columns.js';
import { type Film, filmStrips, type View } from './film-strip.js';
import { histogram } from './histogram.js';
import { REPORT_STYLE } from './report-style.js';

/** Classes beyond this number are shown without films: the page would grow too large. */
const MAX_FILMED_CLASSES = 60;

function cell(estimate: Estimate | undefined, digits: number): string {
  if (!estimate) return '<td></td>';
  const width = estimate.halfWidth === null ? '' : ` <small>&plusmn; ${estimate.halfWidth.toFixed(digits)}</small>`;
  return `<td>${estimate.mean.toFixed(digits)}${width}</td>`;
}

/** A table of figures, one line for each row; columns without any value are left out. */
function figureTable<Name extends string>(
  rows: readonly EvaluationRow[],
  all: readonly FigureColumn<Name>[],
  estimateIn: (row: EvaluationRow, figure: Name) => Estimate | undefined,
): string {
  const columns = columnsInUse(all, rows, estimateIn);
  const head = columns.map(({ title }) => `<th>${escapeHtml(title)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = columns.map(({ figure, digits }) => cell(estimateIn(row, figure), digits)).join('');
    return `<tr class="${row.origin}"><td>${escapeHtml(row.name)}</td>${cells}</tr>`;
  });
  return `<div class="wide"><table><thead><tr><th>clips</th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function accuracyTable({ rows, classes }: Evaluation, judge: string): string {
  const shown = rows.filter((row) => row.judged[judge]?.accuracyByClass);
  const head = shown.map(({ name }) => `<th>${escapeHtml(name)}</th>`).join('');
  const body = classes.map((name, label) => {
    const cells = shown.map((row) => {
      const accuracy = row.judged[judge]!.accuracyByClass![label];
      return `<td>${accuracy === null || accuracy === undefined ? '' : accuracy.toFixed(2)}</td>`;
    });
    return `<tr><td>${label} ${escapeHtml(name)}</td>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr><th>class</th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function judgeSection(evaluation: Evaluation, judge: Evaluation['judges'][number]): string {
  const { rows, classes, equalSize, judges } = evaluation;
  const opened = judge === judges[0] ? rows.find(({ origin }) => origin === 'synthetic') : undefined;
  const { name, kind, dataset, accuracyOnTrain, crossFit } = judge;
  const honest = crossFit
    ? ` Nets like it, trained on part of the ${crossFit.by === 'person' ? 'people' : 'clips'} of ${escapeHtml(dataset.split)}, read ` +
      `${(100 * crossFit.accuracy).toFixed(1)} % of the others (${crossFit.folds} folds).`
    : '';
  const matrices = rows.flatMap((row) => {
    const confusion = row.judged[name]?.confusion;
    if (!confusion) return [];
    const open = row === opened ? ' open' : '';
    return [`<details${open}><summary>${escapeHtml(row.name)}</summary>${confusionMatrix(confusion, classes)}</details>`];
  });
  return (
    `<h2>Judge ${escapeHtml(name)}</h2><p>A ${escapeHtml(kind)} that learnt from ${dataset.clips} clips of ${escapeHtml(`${dataset.name} ${dataset.split}`)} ` +
    `(digest ${escapeHtml(dataset.digest)}) alone. It reads ${(100 * accuracyOnTrain).toFixed(1)} % of the real training clips of the model.${honest}</p>` +
    figureTable(rows, JUDGED_COLUMNS, (row, figure) => row.judged[name]?.figures[figure]) +
    `<p class="note">FID: lower is nearer. The column of equal sizes holds ${equalSize} clips against ${equalSize} training clips; in the row of the real ` +
    'training clips that is the floor which two disjoint halves of real clips reach. Diversity and multimodality: nearer to the real training clips is better.</p>' +
    `<h3>Confusion</h3>${matrices.join('')}<details><summary>Accuracy by class</summary>${accuracyTable(evaluation, name)}</details>`
  );
}

/** Real and synthetic clips of one class, one under the other. */
function filmsOf(label: number, [train, synthetic]: readonly [ShownClips, readonly ShownClips[]], view: View): string {
  const ofClass = (clips: readonly Clip[]): Clip[] => clips.filter((clip) => clip.label === label);
  const real = ofClass(train.clips)[0];
  const films: Film[] = real ? [{ caption: 'real', clip: real }] : [];
  for (const { name, clips } of synthetic) {
    const some = ofClass(clips).slice(0, synthetic.length > 1 ? 1 : 2);
    films.push(...some.map((clip, i) => ({ caption: some.length > 1 ? `${name} ${i + 1}` : name, clip })));
  }
  return filmStrips(films, view);
}

/**
 * A report of an evaluation as one HTML file that loads nothing: tables, film strips of real and synthetic clips of each class,
 * confusion matrices, distances to the nearest training clip.
 *
 * @param shown clips of each row of the evaluation, in order
 */
export function renderReport(evaluation: Evaluation, shown: readonly ShownClips[], layout: Layout): string {
  const { model, dataset, rows, classes, leftOut, repetitions, fresh, samples, seed, recognizerSteps } = evaluation;
  const real = shown[0]!;
  const synthetic = shown.filter(({ name }) => rows.find((row) => row.name === name)?.origin === 'synthetic');
  const view: View = { layout, up: findUpwards(real.clips, layout) };
  const unit = layout.channels === 3 ? 'm' : 'units';
  const films = classes
    .slice(0, MAX_FILMED_CLASSES)
    .map((name, label) => `<h3>${label} ${escapeHtml(name)}</h3>${filmsOf(label, [real, synthetic], view)}`);
  const facts: readonly (readonly [string, string])[] = [
    ['model', model],
    ['data', `${dataset.name}, trained on ${dataset.train}, tested on ${dataset.test}`],
    [
      'samples',
      fresh
        ? `${samples} new ones for each of ${repetitions} repetitions`
        : `one pool of ${samples} for each setting; ${repetitions} repetitions draw random halves of it`,
    ],
    ['recognizers', recognizerSteps === 0 ? 'none' : `${recognizerSteps} steps each`],
    ['seed', String(seed)],
    ...rows.flatMap(({ name, settings, clipsPerSecond }): (readonly [string, string])[] =>
      settings === undefined ? [] : [[name, `${settings}, ${clipsPerSecond!.toFixed(1)} clips/s`]],
    ),
    ...leftOut.map(({ figure, why }) => ['left out', `${figure}: ${why}`] as const),
  ];
  const body = [
    `<h1>${escapeHtml(model)}</h1><p class="quiet">Evaluation of generated skeleton clips</p>`,
    dataset.simulated ? '<p class="warning">SIMULATED data: nothing here speaks of real people.</p>' : '',
    `<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`,
    `<p class="note">Figures are means over the repetitions; &plusmn; is 1.96 sd / &radic;${repetitions}, as the literature reports it.` +
      (fresh ? '' : ' The halves share clips, so the interval of a figure itself is about 1.96 sd.') +
      '</p>',
    ...evaluation.judges.map((judge) => judgeSection(evaluation, judge)),
    '<h2>Motion, memorisation, use</h2>',
    figureTable(rows, MOTION_COLUMNS, otherFigure),
    `<p class="note">Bone variation is that of the raw samples, and after every bone got one length over the clip. Foot speed in ${unit}/s while the foot is down; ` +
      `nearest: median distance to the nearest training clip, in ${unit}; memorisation: the same over that of real test clips, and below 1 where samples are nearer ` +
      'than other people are. Recognizer: accuracy on the real test clips after learning from these clips alone; CAS: that over the real training clips&rsquo;.</p>',
    '<h2>Distance to the nearest training clip</h2>',
    histogram(
      rows.map(({ name, nearest }) => ({ name, values: nearest })),
      `root mean square distance of a coordinate, ${unit}`,
    ),
    `<h2>Real beside synthetic</h2><p class="note">Eight frames, evenly spaced. ${escapeHtml(layout.name)}: ${layout.joints.length} joints; ` +
      'blue and orange are the two sides of the body' +
      `${real.clips.some(({ shape }) => shape.M > 1) ? ', dashes the second person' : ''}.` +
      `${classes.length > MAX_FILMED_CLASSES ? ` The first ${MAX_FILMED_CLASSES} of ${classes.length} classes.` : ''}</p>`,
    ...films,
  ];
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<title>${escapeHtml(model)}: evaluation</title><style>${REPORT_STYLE}</style></head><body>${body.join('\n')}</body></html>\n`
  );
}
