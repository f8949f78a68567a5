import { parsePrice } from '../decimal-text.ts';
import type { JsonMembers } from '../flat-json.ts';
import { type Decoded, judgeTick, quote, reject } from '../judge-tick.ts';
import { withNumber } from '../message-number.ts';
import { parseTime } from '../parse-time.ts';
import type { RejectionReason } from '../rejection.ts';
import { comparePrices } from '../tick.ts';
import { isScalar, quoteAll, type TickForm } from './form.ts';
import { type Part, partOf } from './member-names.ts';

/** A number of its own that is an id or a size is a moment of 1970. */
const LIKELY_FROM = 315_532_800_000_000;

const HOW_TO = 'MESSAGE_MAP tells which is meant';

interface Candidate {
  readonly name: string;
  readonly text: string;
}

/**
 * `{"symbol":"AAPL","price":220.4,"ts":1757494917021}` under any usual names. Nothing is guessed: members that could both
 * be meant and differ are refused, and so is an object whose time can't be told from its name.
 */
export const generic: TickForm = {
  read(members, context) {
    const found: Record<Part, Candidate | undefined> = { stock: undefined, price: undefined, time: undefined };
    const isOwn = isOwnTick(members);
    for (const [name, value] of members) {
      const part = partOf(name);
      if (part === undefined || part === 'perhaps the time') continue;
      if (isOwn && part !== 'time' && !OWN_NAMES.has(name)) continue;
      if (part === 'stock' ? value.type !== 'string' : !isScalar(value)) continue;
      const first = found[part];
      if (first === undefined) found[part] = { name, text: value.text };
      else if (!IS_SAME[part](first.text, value.text)) return differ(part, first, { name, text: value.text });
    }
    const { stock, price, time } = found;
    if (stock === undefined) return noStock(members);
    if (price === undefined) return noPrice(members);
    const decoded =
      time === undefined
        ? (unreadTime(members, isOwn) ?? judgeTick(stock.text, price.text, context.receivedAt, '', context))
        : judgeTick(stock.text, price.text, parseTime(time.text, context.zone), time.text, context);
    return withNumber(decoded, members);
  },
};

/** The names of this house leave no doubt, whatever stands beside them. */
const OWN_NAMES: ReadonlySet<string> = new Set(['stock_name', 'price']);

function isOwnTick(members: JsonMembers): boolean {
  return members.get('stock_name')?.type === 'string' && isScalar(members.get('price'));
}

const IS_SAME: Readonly<Record<Part, (a: string, b: string) => boolean>> = {
  stock: (a, b) => a === b,
  price(a, b) {
    const [left, right] = [a, b].map((text) => parsePrice(text, { signed: true }));
    return left !== undefined && right !== undefined && comparePrices(left, right) === 0;
  },
  time(a, b) {
    const left = parseTime(a);
    return left !== undefined && left === parseTime(b);
  },
};

const REASONS: Readonly<Record<Part, RejectionReason>> = { stock: 'bad_symbol', price: 'bad_price', time: 'bad_time' };

function differ(part: Part, ...both: readonly Candidate[]): Decoded {
  const texts = both.map(({ name, text }) => `${quote(name)} ${quote(text)}`);
  return reject(REASONS[part], `${texts.join(' and ')} differ; ${HOW_TO}`);
}

/** A member that is there for the time, or may be, and is not read: never take the moment of arrival instead. */
function unreadTime(members: JsonMembers, isOwn: boolean): Decoded | undefined {
  for (const [name, value] of members) {
    const part = partOf(name);
    if (part === 'time') return reject('bad_time', `${quote(name)} is ${quote(value.text)}: no time`);
    if (isOwn || part !== 'perhaps the time' || !isScalar(value)) continue;
    const time = parseTime(value.text);
    if (time === undefined || time < LIKELY_FROM) continue;
    const expected = 'which is expected as "timestamp", "ts" or "time"';
    return reject('bad_time', `${quote(name)} may be the time, ${expected}; ${HOW_TO}`);
  }
  return undefined;
}

function noStock(members: JsonMembers): Decoded {
  const wanted = '"stock_name" is missing or no string, and so are "symbol", "ticker" and "stock"';
  return reject('bad_symbol', `${wanted}${itHas(members)}`);
}

function noPrice(members: JsonMembers): Decoded {
  const has = (...names: string[]): boolean => names.some((name) => members.has(name));
  const what = has('bid', 'ask', 'bid_price', 'ask_price', 'bidPrice', 'askPrice')
    ? '; a quote is no trade'
    : has('open', 'close', 'high', 'low')
      ? '; a bar is no trade'
      : '';
  return reject('bad_price', `"price" is missing or no number, and so is "last"${what}${itHas(members)}`);
}

function itHas(members: JsonMembers): string {
  const names = [...members.keys()];
  const some = `${quoteAll(names.slice(0, 8))}${names.length > 8 ? ', …' : ''}`;
  return names.length === 0 ? '' : ` (it has ${some}; ${HOW_TO})`;
}
