export type { OnError } from './bad-clips.js';
export type { Dataset, DatasetDescriptor, DatasetItem } from './dataset.js';
export type { DatasetDescription } from './dataset-description.js';
export { loadLayout } from './load-layout.js';
export { openDataset } from './open-dataset.js';
export type { OpenOptions } from './open-options.js';
export { createProfile, type Profile, type ProfileOptions } from './profile.js';
export { createRealSource, type LoaderSource, type RealSourceOptions } from './real-source.js';
