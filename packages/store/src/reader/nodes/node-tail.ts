import { nodeOfLane, nodeText, type StoreNode, type TailSource } from '@tickwatch/core';

/** The tail of a subscriber of a node. One of another node counts as one that does not answer: its ticks are in another reader's answers. */
export function createNodeTail(source: TailSource, node: StoreNode): TailSource {
  return {
    async tail(stock, after) {
      const reply = await source.tail(stock, after);
      const other = [...Object.keys(reply.lanes), ...reply.configured].find(
        (lane) => nodeOfLane(lane, node.count) !== node.index,
      );
      if (other === undefined) return reply;
      throw new Error(`a subscriber named for ${nodeText(node)} leads ${other}, which is not that node's`);
    },
  };
}
