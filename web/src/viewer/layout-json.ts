import type { Layout } from '../../../src/core/layout.js';

/** What the viewer needs of a layout. */
export type LayoutJson = Pick<Layout, 'name' | 'channels' | 'joints' | 'parents' | 'root' | 'centre' | 'mirror' | 'feet'>;
