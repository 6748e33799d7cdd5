import type { EngineProbe } from '../../engine/index.js';

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** `warning`: something optional does not work; `failure`: skelmix can't do what the settings ask for. */
  readonly state: 'ok' | 'warning' | 'failure';
  readonly text: string;
  /** Exit code of a failure. */
  readonly exitCode?: number;
  /** Of an engine: what its try gave, for programs. */
  readonly probe?: EngineProbe;
}
