import {
  ConfigError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorOptions,
  type SkelmixError,
  TransportError,
} from '../../core/errors.js';

/** Codes that ERROR carries. */
export const WIRE_CODES = [
  'bad_version',
  'bad_message',
  'unauthorized',
  'forbidden',
  'unknown_session',
  'config_mismatch',
  'state_mismatch',
  'out_of_range',
  'group_full',
  'rank_taken',
  'over_credit',
  'too_large',
  'poison',
  'shutting_down',
  'internal',
] as const;

export type WireCode = (typeof WIRE_CODES)[number];

const OF_WIRE: Readonly<Record<WireCode, ErrorCode>> = {
  bad_version: 'PROTOCOL_VERSION',
  bad_message: 'PROTOCOL_MESSAGE',
  unauthorized: 'AUTH_REFUSED',
  forbidden: 'AUTH_REFUSED',
  unknown_session: 'PEER_GONE',
  config_mismatch: 'REFUSED',
  state_mismatch: 'CONFIG_CONFLICT',
  out_of_range: 'CONFIG_INVALID',
  group_full: 'REFUSED',
  rank_taken: 'REFUSED',
  over_credit: 'REFUSED',
  too_large: 'PROTOCOL_MESSAGE',
  poison: 'REFUSED',
  shutting_down: 'CLOSED',
  internal: 'REFUSED',
};

/**
 * The error that a client throws for a received ERROR: a ConfigError where a live setting was refused (as the local mixer
 * throws), else a TransportError. An `internal` error keeps the code of the server's own error where it is a known one.
 */
export function errorOfWire(
  code: WireCode,
  message: string,
  cause: string | undefined,
  details: ErrorOptions['details'],
): SkelmixError {
  const own = OF_WIRE[code];
  if (own === 'CONFIG_INVALID' || own === 'CONFIG_CONFLICT') return new ConfigError(own, message, { details });
  const known = code === 'internal' && ERROR_CODES.includes(cause as ErrorCode) ? (cause as ErrorCode) : own;
  return new TransportError(known, message, { details: { ...details, wireCode: code } });
}
