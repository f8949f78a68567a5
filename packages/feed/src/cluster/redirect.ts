import { ErrorReply } from '@redis/client';
import { isAnswer } from '../redis-connection.ts';
import type { NodeName } from './slot-map.ts';

/** Where a node of a cluster says that a key is. */
export interface Redirect {
  /** `ask`: only this once, while the slot is being moved there. */
  readonly kind: 'moved' | 'ask';
  readonly slot: number;
  readonly to: NodeName;
}

const REDIRECT = /^(MOVED|ASK) (\d+) (.*):(\d+)$/;

/** @param asked which node said so: it names none where it means its own host */
export function redirectOf(error: unknown, asked: NodeName): Redirect | undefined {
  const answer = isAnswer(error) ? error.cause : error;
  const [, kind, slot, host, port] = answer instanceof ErrorReply ? (REDIRECT.exec(answer.message) ?? []) : [];
  if (kind === undefined) return undefined;
  const to = { host: host || asked.host, port: Number(port) };
  return { kind: kind === 'MOVED' ? 'moved' : 'ask', slot: Number(slot), to };
}
