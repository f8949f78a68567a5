import { quote } from '../judge-tick.ts';
import { noTrade, readTrade, stringOf, type TickForm } from './form.ts';

/** What else comes on Polygon's streams, by its `ev`. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['status', 'status message'],
  ['Q', 'quote'],
  ['XQ', 'crypto quote'],
  ['C', 'currency quote'],
  ['A', 'second bar'],
  ['AM', 'minute bar'],
  ['XA', 'crypto bar'],
  ['XAS', 'crypto second bar'],
  ['CA', 'currency bar'],
  ['CAS', 'currency second bar'],
  ['XL2', 'order book'],
  ['LULD', 'limit-up-limit-down band'],
  ['NOI', 'order imbalance'],
  ['V', 'index value'],
  ['FMV', 'fair market value'],
]);

/**
 * `{"ev":"T","sym":"MSFT","p":114.125,"s":100,"t":1536036818784,…}`, of crypto `{"ev":"XT","pair":"BTC-USD",…}`.
 * Source: Polygon's documentation of its WebSocket streams.
 */
export const polygon: TickForm = {
  read(members, context) {
    const event = stringOf(members, 'ev');
    if (event === 'T') return readTrade('a Polygon trade', { stock: 'sym', price: 'p', time: 't' }, members, context);
    if (event === 'XT') {
      return readTrade('a Polygon crypto trade', { stock: 'pair', price: 'p', time: 't' }, members, context);
    }
    const other = event === undefined ? undefined : OTHERS.get(event);
    return other === undefined ? undefined : noTrade(`the Polygon ${other} (ev ${quote(event ?? '')})`);
  },
};
