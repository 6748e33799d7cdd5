import type { Layout } from '../../core/layout.js';
import { createFrameTransformer } from '../../generator/networks/frame-transformer.js';
import { createGru } from './gru.js';
import type { JudgeArchitecture, JudgeKind, JudgeNetwork } from './judge-network.js';
import { createStGcn } from './st-gcn.js';

const CREATE: Readonly<Record<JudgeKind, (architecture: JudgeArchitecture, layout: Layout) => JudgeNetwork>> = {
  gru: createGru,
  'st-gcn': createStGcn,
  'frame-transformer': createFrameTransformer,
};

/** The net of an architecture; `layout` gives the bones of those that use them. */
export function createJudgeNetwork(architecture: JudgeArchitecture, layout: Layout): JudgeNetwork {
  return CREATE[architecture.kind](architecture, layout);
}
