import { shortSpan } from '../format.js';
import type { ClipJson } from '../stream/messages.js';

const number = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value * 1e4) / 1e4) : String(value));

/** What is known of a clip, as names and values in the order they are shown. Pure. */
export function clipFacts(clip: ClipJson, classes: readonly string[], now: number): [string, string][] {
  const { provenance, sampling, quality, shape, fps } = clip;
  const facts: [string, string][] = [['class', `${clip.label} ${classes[clip.label] ?? ''}`.trim()]];
  if (provenance.kind === 'generated') {
    facts.push(['model', provenance.model], ['seed, index', `${provenance.seed}, ${provenance.index}`]);
    if (sampling) {
      facts.push(['sampler', `${sampling.sampler}, ${sampling.steps} steps`]);
      const scales = [
        `classifier-free ${number(sampling.classifierFreeScale)}`,
        ...(sampling.autoguidanceScale === 1 ? [] : [`auto ${number(sampling.autoguidanceScale)}`]),
        `classifier ${number(sampling.classifierScale)}`,
      ];
      facts.push(['scales', scales.join(', ')]);
      if (sampling.variation !== 0) facts.push(['varied', `to time ${number(sampling.variation)}`]);
    }
    if (provenance.source) facts.push(['varies', provenance.source]);
  } else if (provenance.kind === 'recorded') facts.push(['recording', provenance.file]);
  else facts.push(['simulated', `seed ${provenance.seed}, index ${provenance.index}`]);
  if (quality) {
    const scores = Object.entries(quality).filter(([, value]) => typeof value === 'number' && Number.isFinite(value));
    facts.push(['gate', scores.map(([name, value]) => `${name} ${number(value)}`).join(', ')]);
  }
  facts.push(['frames', `${shape.T} at ${number(fps)}/s, ${shape.M} person${shape.M === 1 ? '' : 's'}`]);
  if (clip.seenAtMs !== null)
    facts.push([clip.origin === 'real' ? 'handed out' : 'made', `${shortSpan(now - clip.seenAtMs)} ago`]);
  facts.push(['id', clip.id]);
  return facts;
}
