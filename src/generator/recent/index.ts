export { createSyntheticSource, type GeneratedSource, type SyntheticSourceOptions } from './synthetic-source.js';
