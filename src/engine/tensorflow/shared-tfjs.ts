/**
 * Key of the global object under which a thread's tfjs is found by the stand-ins for `@tensorflow/tfjs` that
 * `skelmix setup tensorflow` puts beside tfjs-node: both must use one tfjs, and its place may change after the setup.
 */
export const SHARED_TFJS = Symbol.for('skelmix.tfjs');

/** CommonJS source of such a stand-in. */
export const SHARED_TFJS_MODULE = "module.exports = globalThis[Symbol.for('skelmix.tfjs')];\n";
