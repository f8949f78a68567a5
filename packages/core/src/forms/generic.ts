import { parsePrice } from '../decimal-text.ts';
import type { JsonMembers } from '../flat-json.ts';
import { type Decoded, judgeTick, quote, reject, type TickContext } from '../judge-tick.ts';
import { parseTime } from '../parse-time.ts';
import type { Rejection, RejectionReason } from '../rejection.ts';
import { comparePrices } from '../tick.ts';
import { isScalar, quoteAll, type TickForm } from './form.ts';

/** Names without case, `_`, `-` and blanks that say what a member is, whoever writes them. */
const STOCK_NAMES: ReadonlySet<string> = new Set(['stockname', 'symbol', 'ticker', 'stock', 'sym']);
const PRICE_NAMES: ReadonlySet<string> = new Set(['price', 'last', 'lastprice', 'tradeprice', 'px']);
const TIME_NAMES: ReadonlySet<string> = new Set(
  ['timestamp', 'ts', 'time', 'datetime', 'date', 'tradetime', 'tradetimestamp', 'tradets'].flatMap((name) => [
    name,
    ...['ms', 'us', 'ns'].map((unit) => name + unit),
  ]),
);
/** A member that may hold the time under a name that is not known. */
const LIKE_A_TIME = /time|date|stamp|epoch|^t$|(?:^|_)ts(?:_|$)/i;
/** A number of its own that is an id or a size is a moment of 1970. */
const LIKELY_FROM = 315_532_800_000_000;

const HOW_TO = 'MESSAGE_MAP tells which is meant';

interface Candidate {
  readonly name: string;
  readonly text: string;
}

/** What a member is found to be: one text, none, or several that differ. */
type Found = { readonly text: string } | { readonly missing: true } | Rejection;

/**
 * `{"symbol":"AAPL","price":220.4,"ts":1757494917021}` under any usual names. Nothing is guessed: members that could both
 * be meant and differ are refused, and so is an object whose time can't be told from its name.
 */
export const generic: TickForm = {
  read(members, context) {
    const stock = oneOf(members, STOCK_NAMES, 'bad_symbol', (a, b) => a === b);
    if ('reason' in stock) return { ok: false, ...stock };
    if ('missing' in stock) return noStock(members);
    const price = oneOf(members, PRICE_NAMES, 'bad_price', isSamePrice);
    if ('reason' in price) return { ok: false, ...price };
    if ('missing' in price) return noPrice(members);
    const time = oneOf(members, TIME_NAMES, 'bad_time', isSameTime);
    if ('reason' in time) return { ok: false, ...time };
    if ('text' in time) return judgeTick(stock.text, price.text, parseTime(time.text), time.text, context);
    return judgeUntimed(stock.text, price.text, members, context);
  },
};

function judgeUntimed(stock: string, price: string, members: JsonMembers, context: TickContext): Decoded {
  for (const [name, value] of members) {
    if (TIME_NAMES.has(plain(name))) return reject('bad_time', `${quote(name)} is ${value.text}: no time`);
    if (!LIKE_A_TIME.test(name) || !isScalar(value)) continue;
    const time = parseTime(value.text);
    if (time === undefined || time < LIKELY_FROM) continue;
    return reject(
      'bad_time',
      `${quote(name)} may be the time, which is expected as "timestamp", "ts" or "time"; ${HOW_TO}`,
    );
  }
  return judgeTick(stock, price, context.receivedAt, '', context);
}

function oneOf(
  members: JsonMembers,
  names: ReadonlySet<string>,
  reason: RejectionReason,
  isSame: (a: string, b: string) => boolean,
): Found {
  const candidates: Candidate[] = [];
  for (const [name, value] of members) {
    if (!names.has(plain(name))) continue;
    if (reason === 'bad_symbol' ? value.type === 'string' : isScalar(value))
      candidates.push({ name, text: value.text });
  }
  const [first, ...others] = candidates;
  if (first === undefined) return { missing: true };
  const other = others.find(({ text }) => !isSame(first.text, text));
  if (other === undefined) return { text: first.text };
  const both = [first, other].map(({ name, text }) => `${quote(name)} ${quote(text)}`);
  return { reason, detail: `${both.join(' and ')} differ; ${HOW_TO}` };
}

function isSamePrice(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => parsePrice(text, { signed: true }));
  return left !== undefined && right !== undefined && comparePrices(left, right) === 0;
}

function isSameTime(a: string, b: string): boolean {
  const [left, right] = [parseTime(a), parseTime(b)];
  return left !== undefined && left === right;
}

function noStock(members: JsonMembers): Decoded {
  const wanted = '"stock_name" is missing or no string, and so are "symbol", "ticker" and "stock"';
  return reject('bad_symbol', `${wanted}${itHas(members)}`);
}

function noPrice(members: JsonMembers): Decoded {
  const names = new Set([...members.keys()].map(plain));
  const what = ['bid', 'ask', 'bidprice', 'askprice'].some((name) => names.has(name))
    ? '; a quote is no trade'
    : ['open', 'close', 'high', 'low'].some((name) => names.has(name))
      ? '; a bar is no trade'
      : '';
  return reject('bad_price', `"price" is missing or no number, and so is "last"${what}${itHas(members)}`);
}

function itHas(members: JsonMembers): string {
  const names = [...members.keys()];
  const some = `${quoteAll(names.slice(0, 8))}${names.length > 8 ? ', …' : ''}`;
  return names.length === 0 ? '' : ` (it has ${some}; ${HOW_TO})`;
}

/** `Last-Price`, `lastPrice` and `last_price` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
