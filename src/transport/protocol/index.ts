export { type BatchFormat, encodeBatch, type ReceivedBatch, type SendOptions } from './batch-frames.js';
export {
  type Ack,
  type Bye,
  type ClientMessage,
  type Credit,
  decodeClientMessage,
  encodeClientMessage,
  type FeedbackMessage,
  type GetRequest,
  type ListRequest,
  type Nak,
  type PingPong,
  type RequestId,
  type Seek,
  type SetSetting,
  type StateRequest,
  type StatsRequest,
  type Touch,
} from './client-messages.js';
export { batchDigest, ChangeLogDigest } from './digest.js';
export { type Expectation, type Hello, type ResumePoint, SESSION_MODES, type SessionMode } from './hello.js';
export { MAX_DEPTH, MAX_GET_IDS, MAX_INBOUND_BYTES, PROTOCOL_NAME, PROTOCOL_VERSION } from './limits.js';
export { preview, protocolError } from './protocol-error.js';
export { encodeItems, encodeSamples, type ItemsReply, type SamplesReply } from './sample-frames.js';
export { decodeServerMessage, encodeServerMessage, type Received } from './server-codec.js';
export type {
  BatchHeader,
  Changed,
  End,
  ServerMessage,
  Stalled,
  StateReply,
  StatsReply,
  TensorSchema,
  Welcome,
  WireError,
} from './server-messages.js';
export type { DType, TensorBytes, WireTensor } from './tensor.js';
export { batchSchema, streamInfoOf } from './welcome.js';
export { errorOfWire, WIRE_CODES, type WireCode } from './wire-codes.js';
