import { quote } from '../judge-tick.ts';
import { noTrade, readTrade, stringOf, type TickForm } from './form.ts';

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['success', 'success message'],
  ['error', 'error message'],
  ['subscription', 'subscription message'],
  ['n', 'news item'],
]);
/** What else is told of a stock (`S`), by its `T`. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['q', 'quote'],
  ['b', 'minute bar'],
  ['d', 'daily bar'],
  ['u', 'updated bar'],
  ['o', 'order book'],
  ['s', 'trading status'],
  ['l', 'limit-up-limit-down band'],
  ['i', 'order imbalance'],
  ['c', 'trade correction'],
  ['x', 'trade cancellation'],
]);

/**
 * `{"T":"t","S":"AAPL","p":126.55,"s":1,"t":"2021-02-22T15:51:44.208Z",…}`; they come in arrays.
 * Source: Alpaca's documentation of its WebSocket streams (stocks, crypto, options).
 */
export const alpaca: TickForm = {
  read(members, context) {
    const type = stringOf(members, 'T');
    if (type === 't') {
      return readTrade('an Alpaca trade', { stock: 'S', price: 'p', time: 't' }, members, context);
    }
    if (type === undefined) return undefined;
    const other = CONTROL.get(type) ?? (members.has('S') ? OTHERS.get(type) : undefined);
    return other === undefined ? undefined : noTrade(`the Alpaca ${other} (T ${quote(type)})`);
  },
};
