export { createExactSource, type ExactSource, type ExactSourceOptions } from './exact-source.js';
export { createSyntheticSource, type GeneratedSource, type SyntheticSourceOptions } from './synthetic-source.js';
