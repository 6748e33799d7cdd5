export { boneVariationOf, projectedBoneVariationOf } from '../generator/gate/bone-variation.js';
export { jitterOf } from '../generator/gate/jitter.js';
export { type CrossFit, crossFit, foldsOf } from './cross-fit.js';
export {
  type Evaluation,
  type EvaluationOptions,
  evaluateModel,
  type Judge,
  type JudgeFacts,
  type ShownClips,
} from './evaluate-model.js';
export type { EvaluationRow, Figures, JudgedRow } from './evaluation-row.js';
export { createEvaluator, type Evaluator } from './evaluator.js';
export { loadEvaluator, type StoredEvaluator, saveEvaluator } from './evaluator-folder.js';
export type { JudgedFigure, MotionFigure } from './figures.js';
export { assertDisjoint, assertIndependent, assertSameClips, type LearntFrom } from './independence.js';
export type { Judgement } from './judgement.js';
export { accuracyByClass, accuracyOf, confusionOf } from './metrics/confusion.js';
export { type Estimate, estimateOf } from './metrics/estimate.js';
export { findUpwards, footSpeedOf, type Upwards } from './metrics/foot-speed.js';
export { frechetDistance } from './metrics/frechet-distance.js';
export { median, nearestDistance } from './metrics/nearest-distance.js';
export { drawPairs, drawPairsByClass, meanPairDistance, type Pair } from './metrics/pair-distances.js';
export { COMPARED_SAMPLING, type NamedSampling, namedSampling } from './named-sampling.js';
export { JUDGE_KINDS, type JudgeArchitecture, type JudgeKind } from './networks/judge-network.js';
export { type RecognizerOptions, recognizerAccuracy } from './recognizer.js';
export { columnsInUse, type FigureColumn, JUDGED_COLUMNS, MOTION_COLUMNS, otherFigure } from './report/figure-columns.js';
export { renderReport } from './report/render-report.js';
export { type EvaluatorTraining, JUDGE_DEFAULTS, type TrainedEvaluator, trainEvaluator } from './train-evaluator.js';
