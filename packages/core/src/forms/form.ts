import type { JsonMembers, JsonValue } from '../flat-json.ts';
import { type Decoded, judgeTick, quote, reject, type TickContext } from '../judge-tick.ts';
import { parseTime } from '../parse-time.ts';

/** A shape of JSON objects that is known without a setting: one file beside this one, and a line in `known-forms.ts`. */
export interface TickForm {
  /** The tick that an object of this shape is, or why it is none. `undefined`: it is of another shape. */
  read(members: JsonMembers, context: TickContext): Decoded | undefined;
}

/** The names of the members that hold a trade's stock, price and time. */
export interface TradeNames {
  readonly stock: string;
  readonly price: string;
  readonly time: string;
}

/**
 * The tick of an object that is known to be a trade, all of whose members have to be there.
 * @param what it is, for people: `an Alpaca trade`
 */
export function readTrade(what: string, names: TradeNames, members: JsonMembers, context: TickContext): Decoded {
  const stock = members.get(names.stock);
  if (stock?.type !== 'string') return reject('bad_symbol', `${what} has no "${names.stock}" that is a string`);
  const price = members.get(names.price);
  if (!isScalar(price)) return reject('bad_price', `${what} has no "${names.price}" that is a number`);
  const time = members.get(names.time);
  if (!isScalar(time)) return reject('bad_time', `${what} has no "${names.time}" that is a time`);
  return judgeTick(stock.text, price.text, parseTime(time.text, context.zone), time.text, context);
}

/** An object that belongs to a feed and is no trade. @param what it is, for people: `an Alpaca quote` */
export function noTrade(what: string): Decoded {
  return reject('bad_form', `${what} is no trade`);
}

export function isScalar(value: JsonValue | undefined): value is JsonValue {
  return value?.type === 'string' || value?.type === 'number';
}

/** The text of a member that is a string. */
export function stringOf(members: JsonMembers, name: string): string | undefined {
  const value = members.get(name);
  return value?.type === 'string' ? value.text : undefined;
}

/** Names for a sentence: `"a", "b"`. */
export function quoteAll(names: Iterable<string>): string {
  return [...names].map(quote).join(', ');
}
