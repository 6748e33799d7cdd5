export { createServer, type StreamServer } from './create-server.js';
export { type Journal, type JournalIdentity, openJournal } from './journal/index.js';
export type { ServerCurve, ServerOptions } from './server-options.js';
export type { SessionInfo } from './session.js';
export type { SessionEvent } from './session-table.js';
