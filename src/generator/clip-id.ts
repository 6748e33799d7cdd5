/** What a generated clip's id says: with the model's weights, enough to make it again. */
export interface ClipId {
  /** `name@version` of the model. */
  readonly model: string;
  /** Sampler, steps and scales (`settingsText`). */
  readonly settings: string;
  readonly seed: number;
  readonly index: number;
  readonly label: number;
}

/** Id of a generated clip, e.g. `synthetic/utd-mhad@1f0c9a2e/dpmpp-2m-16-f1.5-c0.15-0.15..0.9-b/7/1234/c3`. */
export function formatClipId({ model, settings, seed, index, label }: ClipId): string {
  return `synthetic/${model}/${settings}/${seed}/${index}/c${label}`;
}

/** The parts of a generated clip's id, or undefined for any other id. */
export function parseClipId(id: string): ClipId | undefined {
  const match = /^synthetic\/([^/]+)\/([^/]+)\/(\d+)\/(\d+)\/c(\d+)$/.exec(id);
  if (!match) return undefined;
  const [, model, settings, seed, index, label] = match;
  return { model: model!, settings: settings!, seed: Number(seed), index: Number(index), label: Number(label) };
}
