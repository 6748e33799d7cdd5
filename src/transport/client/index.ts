export { type Control, connect, connectControl } from './connect.js';
export type { ConnectOptions, CurveKeys, StreamState } from './options.js';
export type { IndexedSamples, RemoteItems } from './remote-items.js';
export type { EpochEnd, Received, RemoteStream } from './remote-stream.js';
