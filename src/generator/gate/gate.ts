import { GATE_CRITERIA, type GateCriterion, type GateThresholds } from '../../core/gate-criteria.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import type { Stats } from '../../core/source.js';
import type { ModelManifest } from '../model/manifest.js';
import type { GeneratedClip } from './clip-quality.js';
import { isOutside } from './gate-bounds.js';

/** Rejections in a row after which a class is let through. */
export const GATE_PATIENCE = 20;

/** What a gate decides by, and whom it tells. */
export interface GateOptions {
  readonly manifest: Pick<ModelManifest, 'name' | 'version' | 'classes' | 'gate'>;
  readonly thresholds: GateThresholds;
  readonly logger: Logger;
}

/** Decides which generated clips enter the stream. */
export interface Gate {
  /** Whether the clip passes. Counts it. */
  admit(clip: GeneratedClip): boolean;
  /** Whether the clip meets every criterion, whatever came before it: no patience, nothing is counted. */
  meets(clip: GeneratedClip): boolean;
  /** Changes a threshold for the clips to come, and gives every class its patience back. */
  set(criterion: GateCriterion, threshold: number): void;
  /**
   * gate.passed, .rejected (clips), .letThrough (failed, but after 20 rejections in a row), .rejectRate; how often each criterion
   * failed a rejected clip, `gate.rejected.jitter`, and the same by class where there were any, `gate.rejected.c3.jitter`. A
   * clip that fails two criteria counts for both.
   */
  stats(): Stats;
}

/**
 * A gate with the bounds of a model's manifest. A clip is rejected where it fails any criterion, unless the 20 clips of its class
 * before it were all rejected or let through: then it is let through, with a warning at the first time for each class, until one
 * of the class passes. So a class that the model can't make well, or a threshold that nothing reaches, costs time but never
 * starves a stream. Without bounds everything passes, which is said once.
 */
export function createGate({ manifest, thresholds, logger }: GateOptions): Gate {
  const { gate: bounds, classes } = manifest;
  const current: Record<GateCriterion, number> = { ...thresholds };
  const failedInARow = new Map<number, number>();
  const warned = new Set<number>();
  const reasons = new Map<string, number>();
  const total = { passed: 0, rejected: 0, letThrough: 0 };
  let toldOfNone = false;

  const count = (name: string): void => void reasons.set(name, (reasons.get(name) ?? 0) + 1);
  const failedOf = ({ label, quality }: GeneratedClip): GateCriterion[] =>
    bounds && quality
      ? GATE_CRITERIA.filter((criterion) => isOutside(bounds, criterion, label, quality, current[criterion]))
      : [];
  const tellOfNone = (): void => {
    if (toldOfNone || GATE_CRITERIA.every((criterion) => current[criterion] === 0)) return;
    toldOfNone = true;
    logger.info(
      `model ${manifest.name}@${manifest.version} has no quality gate, so all of its clips enter the stream: train one with "skelmix train gate"`,
    );
  };

  return {
    meets: (clip) => failedOf(clip).length === 0,
    admit(clip) {
      const { label, quality } = clip;
      if (!bounds || !quality) {
        tellOfNone();
        total.passed++;
        return true;
      }
      const failed = failedOf(clip);
      if (failed.length === 0) {
        failedInARow.delete(label);
        total.passed++;
        return true;
      }
      const before = failedInARow.get(label) ?? 0;
      failedInARow.set(label, before + 1);
      if (before < GATE_PATIENCE) {
        total.rejected++;
        for (const criterion of failed) {
          count(criterion);
          count(`c${label}.${criterion}`);
        }
        return false;
      }
      total.letThrough++;
      if (!warned.has(label))
        logger.warn(
          `the gate rejected ${GATE_PATIENCE} clips of class ${label} (${classes[label]}) in a row, the last for ${failed.join(' and ')}; clips of this class are let ` +
            'through until one passes: lower these thresholds, or train the model longer',
          coded('GATE_LET_THROUGH', { label, failed }),
        );
      warned.add(label);
      return true;
    },
    set(criterion, threshold) {
      current[criterion] = threshold;
      failedInARow.clear();
    },
    stats() {
      const { passed, rejected, letThrough } = total;
      const seen = passed + rejected + letThrough;
      return {
        'gate.passed': passed,
        'gate.rejected': rejected,
        'gate.letThrough': letThrough,
        'gate.rejectRate': seen === 0 ? 0 : rejected / seen,
        ...Object.fromEntries(GATE_CRITERIA.map((criterion) => [`gate.rejected.${criterion}`, 0])),
        ...Object.fromEntries([...reasons].map(([name, times]) => [`gate.rejected.${name}`, times])),
      };
    },
  };
}
