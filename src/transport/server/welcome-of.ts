import type { StreamInfo } from '../../core/source.js';
import { batchSchema, MAX_INBOUND_BYTES, PROTOCOL_VERSION, type Welcome } from '../protocol/index.js';
import type { Group } from './group.js';
import type { ServerSettings } from './server-options.js';
import type { Session } from './session.js';

/** What a server says of itself. */
export interface Identity {
  readonly bootId: string;
  readonly host: string;
  readonly endpoints: readonly string[];
}

/**
 * The WELCOME for a new session.
 *
 * @param main the group that sessions without batches hear the settings of
 * @param size clips of the split that the session reads by index, in mode `indexed`
 */
export function welcomeOf(
  session: Session,
  main: Group,
  info: StreamInfo,
  size: number | null,
  settings: ServerSettings,
  identity: Identity,
): Welcome {
  const { dataset, simulated, model, split, layout, classes, profile, fields, axes } = info;
  const { epochSize, seed, configHash } = info;
  const { source, record } = session.group ?? main;
  return {
    k: 'WELCOME',
    v: PROTOCOL_VERSION,
    session: session.id,
    serverId: settings.name,
    bootId: identity.bootId,
    host: identity.host,
    endpoints: identity.endpoints,
    schema: batchSchema(info, session.hello.dtype ?? '<f4'),
    dataset,
    simulated,
    model,
    split,
    layout,
    classes,
    profile,
    fields,
    axes,
    epochBatches: session.group?.epochSteps ?? info.epochBatches,
    epochSize,
    seed,
    configHash,
    logHash: record.log.hash,
    settings: { ...source.settings },
    rev: source.rev,
    pingMs: settings.pingMs,
    timeoutMs: settings.timeoutMs,
    leaseMs: settings.leaseMs,
    limits: { maxCredit: settings.maxCredit, maxInboundBytes: MAX_INBOUND_BYTES },
    mode: session.hello.mode,
    group: session.group?.name ?? '',
    size,
    splits: settings.provider.splits ?? {},
  };
}
