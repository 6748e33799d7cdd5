import type { Layout } from '../../core/layout.js';
import type { ImageSpec } from '../model/manifest.js';
import { imageToKeypoint } from '../representation.js';
import { boneVariationOf } from './bone-variation.js';
import type { ClipQuality } from './clip-quality.js';
import { jitterOf } from './jitter.js';

/** What can be measured of an image [T, M V C] alone; recordings are measured in the same form, so that both compare. */
export function motionQuality(
  image: Float32Array,
  label: number,
  layout: Layout,
  spec: ImageSpec,
): Pick<ClipQuality, 'bones' | 'jitter'> {
  const { keypoint, shape } = imageToKeypoint(image, layout, spec);
  const clip = {
    id: '',
    keypoint,
    shape,
    label,
    layout: layout.name,
    fps: spec.fps,
    provenance: { kind: 'generated', model: '', seed: 0, index: 0, settings: '' },
  } as const;
  return { bones: boneVariationOf(clip, layout), jitter: jitterOf(clip) };
}
