import { expect, it } from 'vitest';
import { defaultSteps, FEW_CLIPS_STEPS, KINDS, STEPS } from '../../../src/cli/training-steps.js';
import { augmentationFor, fewClipsAugmentation, hasFewClips } from '../../../src/generator/training/few-clips.js';
import { defaultAugmentation } from '../../../src/generator/training/training-images.js';
import { stickClip, stickSubject } from '../support/tiny.js';

const subject = (clips: number) => ({ ...stickSubject, clips: Array.from({ length: clips }, (_, i) => stickClip(i)) });

it.each([
  [2, true],
  [20, true],
  [21, false],
])('%i clips of two classes are few: %s', (clips, few) => {
  expect(hasFewClips(subject(clips))).toBe(few);
  expect(augmentationFor(subject(clips))).toBe(few ? fewClipsAugmentation : defaultAugmentation);
  for (const kind of KINDS) expect(defaultSteps(kind, subject(clips))).toBe((few ? FEW_CLIPS_STEPS : STEPS)[kind]);
});

it('few clips are varied more and learnt for fewer steps', () => {
  for (const key of ['yaw', 'scale', 'crop'] as const)
    expect(fewClipsAugmentation[key]).toBeGreaterThan(defaultAugmentation[key]);
  for (const kind of KINDS.filter((kind) => kind !== 'noise')) expect(FEW_CLIPS_STEPS[kind]).toBeLessThan(STEPS[kind]);
});
