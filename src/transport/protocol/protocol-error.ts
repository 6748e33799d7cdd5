import { TransportError } from '../../core/errors.js';

/** A short, bounded rendering of a received value for messages and ERROR's `got`. */
export function preview(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, inner) => {
    if (inner instanceof Uint8Array) return `<${inner.byteLength} bytes>`;
    return typeof inner === 'bigint' ? `${inner}n` : inner;
  });
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** What a message does wrong, for ERROR `bad_message` and for logs. */
export interface ProtocolErrorDetails {
  readonly verb?: string;
  readonly field?: string;
  readonly got?: unknown;
  readonly expected?: string;
  readonly byteOffset?: number;
}

/**
 * The error for a message that breaks the protocol: code PROTOCOL_MESSAGE, with the field, the value received (shortened)
 * and what was expected in `details`.
 */
export function protocolError(message: string, details: ProtocolErrorDetails = {}): TransportError {
  const got = 'got' in details ? { got: preview(details.got) } : {};
  return new TransportError('PROTOCOL_MESSAGE', message, { details: { ...details, ...got } });
}
