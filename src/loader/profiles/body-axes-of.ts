import type { Layout } from '../../core/layout.js';
import type { BodyAxes } from '../transforms/body-axes.js';
import { jointOf } from './joint-roles.js';

/**
 * The joints that a layout has for the alignment of bodies: centre, a piece of the spine, the shoulders.
 *
 * @throws DataError LAYOUT_MISMATCH where one is missing
 */
export function bodyAxes(layout: Layout, use: string): BodyAxes {
  return {
    centre: layout.centre,
    bottom: jointOf(layout, 'spineBottom', use),
    top: jointOf(layout, 'spineTop', use),
    right: jointOf(layout, 'rightShoulder', use),
    left: jointOf(layout, 'leftShoulder', use),
  };
}

/** The hips of a layout. @throws DataError LAYOUT_MISMATCH where one is missing */
export function hipAxes(layout: Layout, use: string): Pick<BodyAxes, 'right' | 'left'> {
  return { right: jointOf(layout, 'rightHip', use), left: jointOf(layout, 'leftHip', use) };
}
