import { decodeText, type EpochMicros, encodeMessage, formatMicros, type SequencedTick } from '@tickwatch/core';

/** How a tick is written for a channel or stream. */
export const MESSAGE_FORMS = ['text', 'json'] as const;
export type MessageForm = (typeof MESSAGE_FORMS)[number];

/**
 * Writes ticks as messages. A stock whose name the text form can't carry (it was stored by hand, or from a file) goes as JSON.
 */
export function messageWriter(form: MessageForm): (tick: SequencedTick, time: EpochMicros) => string {
  const carried = new Map<string, boolean>();
  const isCarried = (stock: string): boolean => {
    let is = carried.get(stock);
    if (is === undefined) {
      const at = 1_700_000_000_000_000 as EpochMicros;
      const read = decodeText(encodeMessage(stock, '1', at), at);
      is = read.ok && read.stock === stock;
      carried.set(stock, is);
    }
    return is;
  };
  return ({ stock, price }, time) =>
    form === 'text' && isCarried(stock)
      ? encodeMessage(stock, price, time)
      : `{"stock_name":${JSON.stringify(stock)},"price":${price},"timestamp":"${formatMicros(time)}"}`;
}
