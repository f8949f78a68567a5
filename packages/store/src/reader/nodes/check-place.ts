import { nodeText, type StoreNode } from '@tickwatch/core';
import { WrongNodeError } from '../../nodes/check-node.ts';
import type { HeadNode } from '../database-head.ts';

/** @throws WrongNodeError a database does not say of itself that it is the node of its place among all */
export function checkPlace(found: HeadNode | undefined, expected: StoreNode | undefined): void {
  if (expected === undefined) return;
  const place = `number ${expected.index + 1} of DATABASE_NODE_URLS has to be ${nodeText(expected)}`;
  if (found === undefined) throw new WrongNodeError(`${place}, but the database is not divided (npm run distribute)`);
  if (!found.isReady) throw new WrongNodeError(`${place}, but it is being divided: npm run distribute has to finish`);
  if (found.index !== expected.index || found.count !== expected.count)
    throw new WrongNodeError(`${place}, but the database is ${nodeText(found)}`);
}
