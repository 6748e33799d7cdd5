export { type ConnectOptions, type Control, connect, connectControl, type EpochEnd, type RemoteStream } from './client/index.js';
export { type Endpoint, formatEndpoint, isLocal, parseEndpoint } from './endpoint.js';
export { batchDigest, PROTOCOL_NAME, PROTOCOL_VERSION } from './protocol/index.js';
export { createServer, type ServerOptions, type SessionEvent, type SessionInfo, type StreamServer } from './server/index.js';
