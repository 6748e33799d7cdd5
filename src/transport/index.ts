export {
  type ConnectOptions,
  type Control,
  type CurveKeys,
  connect,
  connectControl,
  type EpochEnd,
  type IndexedSamples,
  type RemoteItems,
  type RemoteStream,
  type StreamState,
} from './client/index.js';
export { type Endpoint, formatEndpoint, isLocal, parseEndpoint } from './endpoint.js';
export { batchDigest, PROTOCOL_NAME, PROTOCOL_VERSION } from './protocol/index.js';
export {
  type AllowedKey,
  allowedKeys,
  allowFileOf,
  allowKey,
  type KeyPair,
  newKeyPair,
  ROLES,
  type Role,
  readKeyPair,
  readServerKeys,
} from './security/index.js';
export {
  createServer,
  type Journal,
  type JournalIdentity,
  openJournal,
  type ServerCurve,
  type ServerOptions,
  type SessionEvent,
  type SessionInfo,
  type StreamServer,
} from './server/index.js';
