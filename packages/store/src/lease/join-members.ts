import type { StoreNode } from '@tickwatch/core';
import { checkNode } from '../nodes/check-node.ts';
import { type ConnectionSettings, closeClient, openClient, setLimits } from '../pg-connection.ts';
import { BEAT } from '../statements/lane-statements.ts';
import { toStoreError } from '../store-errors.ts';
import type { OnStoreEvent } from '../store-event.ts';
import { type JoinRequest, type Membership, StoreUnavailableError } from '../tick-store.ts';
import { type HighestEpoch, LaneLeases } from './lane-leases.ts';
import { lockMember } from './lane-lock.ts';
import { LaneWriter } from './lane-writer.ts';
import { LeaseSession } from './lease-session.ts';
import { PostgresMembership } from './membership.ts';
import { checkSession, ownBackend } from './own-session.ts';

/** Becomes one of those that share the lanes; holds none yet. @throws StoreUnavailableError, PooledSessionError, WrongNodeError */
export async function joinMembers(
  settings: ConnectionSettings,
  request: JoinRequest,
  highest: HighestEpoch,
  onEvent: OnStoreEvent,
  rejectedPerMinute: number,
  node: StoreNode,
): Promise<Membership> {
  const { owner, staleAfterMs } = request;
  // A session that is silent for longer counts as dead: nothing on it waits as long, and no lock delays a heartbeat much.
  const prompt = {
    ...settings,
    statementTimeoutMs: Math.min(settings.statementTimeoutMs, staleAfterMs),
    lockTimeoutMs: Math.ceil(staleAfterMs / 4),
  };
  const client = await openClient(prompt);
  try {
    await checkSession(client, prompt);
    await setLimits(client, prompt);
    if (!(await lockMember(client, owner))) throw new StoreUnavailableError(`${owner} has a session that does not end`);
    const session = new LeaseSession(client, await ownBackend(client, owner));
    await client.query(BEAT, [owner, []]);
    // After that: whoever divides the database sees this member, or this member sees that.
    await checkNode(client, node);
    const leases = new LaneLeases(session, request, highest, onEvent);
    const writer = new LaneWriter(settings, owner, onEvent, rejectedPerMinute);
    return new PostgresMembership({ request, session, leases, writer });
  } catch (error) {
    await closeClient(client);
    throw toStoreError(error);
  }
}
