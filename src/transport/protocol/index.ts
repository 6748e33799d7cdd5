export { type BatchFormat, encodeBatch, type ReceivedBatch, type SendOptions } from './batch-frames.js';
export {
  type Bye,
  type ClientMessage,
  type Credit,
  decodeClientMessage,
  encodeClientMessage,
  type Hello,
  type PingPong,
  type RequestId,
  type SessionMode,
  type SetSetting,
  type StatsRequest,
} from './client-messages.js';
export { batchDigest, ChangeLogDigest } from './digest.js';
export { MAX_DEPTH, MAX_INBOUND_BYTES, PROTOCOL_NAME, PROTOCOL_VERSION } from './limits.js';
export { preview, protocolError } from './protocol-error.js';
export { decodeServerMessage, encodeServerMessage, type Received } from './server-codec.js';
export type {
  BatchHeader,
  Changed,
  End,
  ServerMessage,
  Stalled,
  StatsReply,
  TensorSchema,
  Welcome,
  WireError,
} from './server-messages.js';
export type { DType, TensorBytes, WireTensor } from './tensor.js';
export { batchSchema, streamInfoOf } from './welcome.js';
export { errorOfWire, WIRE_CODES, type WireCode } from './wire-codes.js';
