import { nodeText, type StoreNode } from '@tickwatch/core';
import { WrongNodeError } from '../../nodes/check-node.ts';
import { LockTableFullError, StoreUnavailableError } from '../../tick-store.ts';

/** One of several databases that share the lanes is away; the message says which, and is for everybody. */
export class NodeAwayError extends StoreUnavailableError {
  override readonly name = 'NodeAwayError';
}

/** An error of a node's reader, with the name of the node where that is away. */
export function ofNode(error: unknown, node: StoreNode): unknown {
  const isNamed = error instanceof WrongNodeError || error instanceof LockTableFullError;
  if (!(error instanceof StoreUnavailableError) || isNamed) return error;
  const text = `${nodeText(node)} is away, so its stocks can't be asked for, and no list is whole without it`;
  return new NodeAwayError(text, { cause: error });
}
