import type { EvaluationRow } from '../evaluation-row.js';
import type { JudgedFigure, MotionFigure } from '../figures.js';
import type { Estimate } from '../metrics/estimate.js';

/** A column of a table of figures: which figure, under which title, with how many digits. */
export interface FigureColumn<Name extends string> {
  readonly figure: Name;
  readonly title: string;
  readonly digits: number;
}

/** Columns of what a judge says. */
export const JUDGED_COLUMNS: readonly FigureColumn<JudgedFigure>[] = [
  { figure: 'accuracy', title: 'accuracy', digits: 3 },
  { figure: 'fidTrain', title: 'FID to train', digits: 3 },
  { figure: 'fidUnseen', title: 'FID to unseen', digits: 3 },
  { figure: 'fidEqual', title: 'FID, equal sizes', digits: 3 },
  { figure: 'diversity', title: 'diversity', digits: 2 },
  { figure: 'multimodality', title: 'multimodality', digits: 2 },
];

type OtherFigure = MotionFigure | 'recognizerAccuracy' | 'classificationScore';

/** Columns of how bodies move, how near clips are to the training clips, and what a recognizer learns from them. */
export const MOTION_COLUMNS: readonly FigureColumn<OtherFigure>[] = [
  { figure: 'jitterRatio', title: 'jitter / real', digits: 3 },
  { figure: 'boneVariation', title: 'bone variation', digits: 4 },
  { figure: 'boneVariationProjected', title: 'bones projected', digits: 4 },
  { figure: 'footSpeed', title: 'foot speed', digits: 3 },
  { figure: 'footSpeedRatio', title: 'foot speed / real', digits: 2 },
  { figure: 'nearest', title: 'nearest', digits: 3 },
  { figure: 'memorisation', title: 'memorisation', digits: 3 },
  { figure: 'recognizerAccuracy', title: 'recognizer', digits: 3 },
  { figure: 'classificationScore', title: 'CAS', digits: 3 },
];

/** A figure of a row that needs no judge. */
export function otherFigure(row: EvaluationRow, figure: OtherFigure): Estimate | undefined {
  if (figure === 'recognizerAccuracy' || figure === 'classificationScore') return row[figure];
  return row.motion[figure];
}

/** The columns that at least one row has a value for. */
export function columnsInUse<Name extends string>(
  columns: readonly FigureColumn<Name>[],
  rows: readonly EvaluationRow[],
  estimateIn: (row: EvaluationRow, figure: Name) => Estimate | undefined,
): FigureColumn<Name>[] {
  return columns.filter(({ figure }) => rows.some((row) => estimateIn(row, figure) !== undefined));
}
