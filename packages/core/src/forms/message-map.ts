import { type JsonMembers, type JsonValue, parseFlatJson } from '../flat-json.ts';
import { type Decoded, judgeTick, quote, reject, type TickContext } from '../judge-tick.ts';
import { parseTime } from '../parse-time.ts';
import { isScalar } from './form.ts';

/** Where an object of a form of its own has its members, each as the names that lead to it. */
export interface MessageMap {
  readonly stock: readonly string[];
  readonly price: readonly string[];
  /** Left out: a tick's time is when it was received. */
  readonly time?: readonly string[];
}

const EXAMPLE = '{"stock":"s","price":"data.p","time":"T"}';

/**
 * Reads what `MESSAGE_MAP` says: a JSON object of names, dots between those of objects in each other.
 * @throws Error what is wrong, for the end of a sentence that begins with the setting's name
 */
export function parseMessageMap(text: string): MessageMap {
  const members = parseFlatJson(text);
  if (members === undefined) throw new Error(`is ${quote(text)}: no JSON object such as ${EXAMPLE}`);
  for (const name of members.keys()) {
    if (name !== 'stock' && name !== 'price' && name !== 'time') {
      throw new Error(`has ${quote(name)}; it can have "stock", "price" and "time", as in ${EXAMPLE}`);
    }
  }
  const [stock, price, time] = ['stock', 'price', 'time'].map((name) => pathOf(members, name));
  if (stock === undefined || price === undefined) {
    throw new Error(`lacks ${stock === undefined ? '"stock"' : '"price"'}; it has to look like ${EXAMPLE}`);
  }
  const paths = [stock, price, ...(time === undefined ? [] : [time])].map((path) => path.join('.'));
  if (new Set(paths).size < paths.length) throw new Error('names one member twice');
  return time === undefined ? { stock, price } : { stock, price, time };
}

/** The tick that the map finds in an object; `undefined`: stock or price are not where it says. */
export function readMapped(map: MessageMap, members: JsonMembers, context: TickContext): Decoded | undefined {
  const stock = find(members, map.stock);
  const price = find(members, map.price);
  if (!isScalar(stock) || !isScalar(price)) return undefined;
  if (stock.type !== 'string') return reject('bad_symbol', `${quote(map.stock.join('.'))} of MESSAGE_MAP is no string`);
  if (map.time === undefined) return judgeTick(stock.text, price.text, context.receivedAt, '', context);
  const time = find(members, map.time);
  if (isScalar(time)) return judgeTick(stock.text, price.text, parseTime(time.text, context.zone), time.text, context);
  return reject(
    'bad_time',
    `${quote(map.time.join('.'))}, where MESSAGE_MAP says that the time is, is missing or no time`,
  );
}

function pathOf(members: JsonMembers, name: string): readonly string[] | undefined {
  const value = members.get(name);
  if (value === undefined) return undefined;
  const path = value.type === 'string' ? value.text.split('.') : [];
  if (path.length === 0 || path.includes(''))
    throw new Error(`says ${value.text} for ${quote(name)}: no name of a member`);
  return path;
}

function find(members: JsonMembers, path: readonly string[]): JsonValue | undefined {
  const whole = members.get(path.join('.'));
  if (whole !== undefined) return whole;
  const [first = '', ...rest] = path;
  const value = members.get(first);
  if (rest.length === 0 || value?.type !== 'object') return undefined;
  const inside = parseFlatJson(value.text);
  return inside === undefined ? undefined : find(inside, rest);
}
