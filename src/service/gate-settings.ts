import type { Config } from '../config/index.js';
import { GATE_CRITERIA } from '../core/gate-criteria.js';
import type { LiveSettings } from '../core/source.js';
import type { ModelManifest } from '../generator/index.js';

/** The thresholds of the quality gate as live settings; none where the model has no gate, since they would do nothing. */
export function gateSettings({ gate }: Pick<Config, 'gate'>, manifest: Pick<ModelManifest, 'gate'>): Partial<LiveSettings> {
  if (!manifest.gate) return {};
  return Object.fromEntries(GATE_CRITERIA.map((criterion) => [`gate.${criterion}`, gate[criterion]]));
}
