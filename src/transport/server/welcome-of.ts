import type { BatchSource } from '../../core/source.js';
import { batchSchema, MAX_INBOUND_BYTES, PROTOCOL_VERSION, type Welcome } from '../protocol/index.js';
import type { ServerSettings } from './server-options.js';
import type { Session } from './session.js';

/** What a server says of itself. */
export interface Identity {
  readonly bootId: string;
  readonly host: string;
  readonly endpoints: readonly string[];
}

/** The WELCOME for a new session. */
export function welcomeOf(
  session: Session,
  source: BatchSource,
  settings: ServerSettings,
  identity: Identity,
  logHash: string,
): Welcome {
  const { dataset, simulated, model, split, layout, classes, profile, fields, axes } = source.info;
  const { epochBatches, epochSize, seed, configHash } = source.info;
  return {
    k: 'WELCOME',
    v: PROTOCOL_VERSION,
    session: session.id,
    serverId: settings.name,
    bootId: identity.bootId,
    host: identity.host,
    endpoints: identity.endpoints,
    schema: batchSchema(source.info, session.hello.dtype ?? '<f4'),
    dataset,
    simulated,
    model,
    split,
    layout,
    classes,
    profile,
    fields,
    axes,
    epochBatches,
    epochSize,
    seed,
    configHash,
    logHash,
    settings: { ...source.settings },
    rev: source.rev,
    pingMs: settings.pingMs,
    timeoutMs: settings.timeoutMs,
    leaseMs: settings.leaseMs,
    limits: { maxCredit: settings.maxCredit, maxInboundBytes: MAX_INBOUND_BYTES },
  };
}
