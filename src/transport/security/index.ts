export { type AllowedKey, type AllowList, parseAllowList, ROLES, type Role, watchAllowList } from './allow-list.js';
export { allowedKeys, allowFileOf, allowKey, type KeyPair, newKeyPair, readKeyPair, readServerKeys } from './key-files.js';
export { isProofOf, keyProof } from './key-proof.js';
export { isKey, keyBytes, keyText } from './z85.js';
export { guardDomain } from './zap-handler.js';
