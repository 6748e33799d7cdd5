import type { CompiledFunction, Engine, NamedArray } from '../../engine/engine.js';
import { createFrameTransformer, type FrameTransformerArchitecture } from '../networks/frame-transformer.js';
import { logLikelihood } from '../networks/losses.js';
import type { ParameterSpec } from '../networks/parameters.js';
import { DIGEST_SIZE } from './digest.js';

/** Sizes of a gate: its classifier, another architecture than ST-Trans, and the training clips that it has digests of. */
export interface GateArchitecture extends FrameTransformerArchitecture {
  readonly references: number;
}

/** Name of the digests [references, 32] among a gate's tensors. */
export const DIGESTS = 'digests';

/** Everything that stands in the file of a gate. */
export function gateTensors(architecture: GateArchitecture): readonly ParameterSpec[] {
  const digests = { name: DIGESTS, shape: [architecture.references, DIGEST_SIZE], deviation: 0 };
  return [...createFrameTransformer(architecture).parameters, digests];
}

/** Compiles log p(y | x), [B], of images x [B, T, F] and one-hot classes y [B, K]; the output is called `likelihood`. */
export function compileLikelihood(
  engine: Engine,
  architecture: FrameTransformerArchitecture,
  weights: Readonly<Record<string, NamedArray>>,
): Promise<CompiledFunction> {
  const { numFrames, numPersons, numJoints, channels, numClasses } = architecture;
  const network = createFrameTransformer(architecture);
  return engine.compile(
    (tensors) => ({ likelihood: logLikelihood(network.forward(tensors, { x: tensors.x! }).logits, tensors.y!) }),
    { x: ['B', numFrames, numPersons * numJoints * channels], y: ['B', numClasses] },
    {
      name: 'gate',
      constants: Object.fromEntries(network.parameters.map(({ name }) => [name, weights[name]!])),
    },
  );
}
