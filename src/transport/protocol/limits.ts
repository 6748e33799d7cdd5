/** Name of the protocol, as docs/protocol.md describes it. */
export const PROTOCOL_NAME = 'SKMX/1';

/** The version number that HELLO and WELCOME carry. */
export const PROTOCOL_VERSION = 1;

/** Largest header that the server takes, bytes; a longer one is answered with ERROR `too_large`. */
export const MAX_INBOUND_BYTES = 1024 * 1024;

/** Deepest nesting of maps and lists in a header; the header itself is level 1. */
export const MAX_DEPTH = 16;

/** Longest list of leases in one message of a client. */
export const MAX_LEASES = 4096;

/** Most ids in one GET. */
export const MAX_GET_IDS = 1024;

/** Most ranks of a lockstep group. */
export const MAX_WORLD = 1024;
