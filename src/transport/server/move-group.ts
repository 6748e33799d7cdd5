import type { WireError } from '../protocol/index.js';
import type { Group, Place } from './group.js';
import type { Ledger } from './ledger.js';
import type { Session } from './session.js';

/** Where a session wants its group to go on. */
export interface Move extends Place {
  readonly logHash?: string | undefined;
  readonly force?: boolean | undefined;
}

const refusal = (ref: string, message: string, field: string, got: unknown): WireError => ({
  k: 'ERROR',
  code: 'state_mismatch',
  message,
  field,
  got,
  retry: 'never',
  ref,
});

/**
 * Moves a group to a place, before its first batch. Returns what stands against it: a log of changes that the group never had, or
 * others who consume it already.
 *
 * @param mover the session that asks, where it is a member already
 */
export function moveGroup(group: Group, move: Move, ledger: Ledger, ref: string, mover?: Session): WireError | undefined {
  const { record } = group;
  const { epoch, step, logHash, force = false } = move;
  if (step > group.epochSteps)
    return { ...refusal(ref, `an epoch has ${group.epochSteps} steps`, 'step', step), code: 'out_of_range' };
  if (!force && logHash !== undefined && record.log.revOf(logHash) === undefined)
    return refusal(
      ref,
      `the place was reached under a log of changes (${logHash}) that this server does not have (${record.log.rev} changes, ` +
        `${record.log.hash}): it was started anew without its journal, or another stream is meant; start it with --journal, or force it`,
      'logHash',
      logHash,
    );
  const seq = group.seqOf({ epoch, step });
  if (seq === group.seqOf(group.place) && record.progress.ahead.length === 0) return undefined;
  const others = [...group.members].filter((session) => session !== mover);
  if (others.length > 0 || !group.delivery.idle) {
    const { epoch: atEpoch, step: atStep } = group.place;
    return refusal(
      ref,
      `group "${group.name}" stands at epoch ${atEpoch}, step ${atStep}, and ${others.length} others consume it: it can't be moved to epoch ` +
        `${epoch}, step ${step}; let all go on from the same state`,
      'step',
      step,
    );
  }
  if (group.source.restart === undefined) return refusal(ref, 'this stream can not be moved', 'step', step);
  ledger.moved(record, seq);
  group.delivery.restart();
  return undefined;
}
