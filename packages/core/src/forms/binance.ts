import { type JsonMembers, parseFlatJson } from '../flat-json.ts';
import { type Decoded, quote, reject, type TickContext } from '../judge-tick.ts';
import { noTrade, readTrade, stringOf, type TickForm } from './form.ts';

const NAMES = { stock: 's', price: 'p', time: 'T' };

/**
 * `{"e":"trade","E":1672515782136,"s":"BNBBTC","p":"0.001","q":"100","T":1672515782136,…}`, `aggTrade` alike, and either
 * inside a combined stream's `{"stream":"bnbbtc@trade","data":{…}}`. `T` is when it was traded, `E` when it was told.
 * Source: Binance's documentation of its WebSocket market streams.
 */
export const binance: TickForm = {
  read(members, context) {
    const stream = stringOf(members, 'stream');
    const data = members.get('data');
    if (stream === undefined || data === undefined || members.size > 2) return readEvent(members, context);
    const inside = data.type === 'object' ? parseFlatJson(data.text) : undefined;
    if (inside === undefined) return reject('bad_form', `the Binance stream ${quote(stream)} carries no single trade`);
    return readEvent(inside, context) ?? noTrade(`what the Binance stream ${quote(stream)} carries`);
  },
};

function readEvent(members: JsonMembers, context: TickContext): Decoded | undefined {
  const event = stringOf(members, 'e');
  if (event === 'trade' || event === 'aggTrade') return readTrade(`a Binance ${event}`, NAMES, members, context);
  if (event !== undefined && members.has('E')) return noTrade(`the Binance ${event} event`);
  if (members.has('u') && members.has('b') && members.has('B') && members.has('a') && members.has('A')) {
    return noTrade('the Binance book ticker');
  }
  return members.has('result') && members.has('id') && members.size === 2
    ? noTrade('the answer to a Binance request')
    : undefined;
}
