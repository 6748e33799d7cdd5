export type { ClassChoiceKind } from './class-choice.js';
export { createMixer, type Mixer, type MixerOptions } from './mixer.js';
export { SHORTAGE_POLICIES, type ShortagePolicy } from './shortage-policy.js';
