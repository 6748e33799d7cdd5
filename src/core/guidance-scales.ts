/** How strongly generated clips are steered. */
export interface GuidanceScales {
  /** Classifier-free guidance; 1 is none. */
  readonly classifierFree: number;
  /** Gradient of the transformer; 0 is none. */
  readonly classifier: number;
}

/** Names of the scales among the live settings. */
export type GuidanceKey = `guidance.${keyof GuidanceScales}`;

/** The scales as live settings, in their order. */
export const GUIDANCE_KEYS: readonly GuidanceKey[] = ['guidance.classifierFree', 'guidance.classifier'];

/** The largest scale. */
export const MAX_GUIDANCE_SCALE = 20;

/** The scale that a live setting is, or undefined for a setting of something else. */
export function scaleOf(key: string): keyof GuidanceScales | undefined {
  return (['classifierFree', 'classifier'] as const).find((scale) => key === `guidance.${scale}`);
}
