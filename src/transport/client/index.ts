export { type Control, connect, connectControl } from './connect.js';
export type { ConnectOptions } from './options.js';
export type { EpochEnd, Received, RemoteStream } from './remote-stream.js';
