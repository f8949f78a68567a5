import { type ColumnsOption, FIELDS, type Field } from './columns-option.ts';
import { FileError, quoted } from './file-error.ts';

/** In the order in which a person is told that they are missing: those that an option can give first. */
const AS_TOLD: readonly Field[] = ['stock_name', 'exchange_name', 'timestamp', 'price'];

/** Places of a row's cells, from 0. */
export interface Places {
  readonly timestamp: readonly number[];
  readonly stock_name: number | undefined;
  readonly exchange_name: number | undefined;
  readonly price: number;
}

/** Names that mean one thing only. A price is never guessed at: `close`, `bid` and `ask` are others. */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  timestamp: ['time', 'datetime', 'date_time', 'ts', 'date'],
  stock_name: ['symbol', 'ticker', 'stock'],
  exchange_name: ['exchange'],
  price: ['last', 'last_price', 'trade_price'],
};
/** Names that a header may have, by which it is known as one. */
const USUAL = new Set([
  ...FIELDS,
  ...Object.values(ALIASES).flat(),
  'open',
  'high',
  'low',
  'close',
  'bid',
  'ask',
  'volume',
  'id',
  'qty',
  'size',
]);

/** How many names of columns that are known are among the cells. */
export function knownNames(cells: readonly string[]): number {
  return cells.filter((cell) => USUAL.has(plainName(cell))).length;
}

/** MetaTrader writes `<DATE>`, numpy `# date`. */
function plainName(cell: string): string {
  const name = /^#?\s*[<"']?(.*?)[>"']?$/.exec(cell.trim().toLowerCase())?.[1] ?? '';
  return name.replaceAll(' ', '_');
}

export interface Found {
  readonly places: Places;
  /** What was read as what without being told so, for a person. */
  readonly assumed: readonly string[];
}

/**
 * Finds the fields among a header's names.
 * @param given fields that the options give
 * @throws FileError which are missing or can't be told apart, with what would name them
 */
export function placesByName(
  header: readonly string[],
  option: ColumnsOption | undefined,
  given: readonly Field[],
): Found {
  const names = header.map(plainName);
  const mapped = option?.kind === 'mapped' ? option.names : new Map<Field, readonly string[]>();
  const assumed: string[] = [];
  const place = (field: Field): readonly number[] => {
    const wanted = mapped.get(field);
    if (wanted !== undefined) return wanted.map((name) => placeOf(name, names, header));
    const exact = placesOf([field], names);
    if (exact.length > 1)
      throw new FileError(
        `columns ${header.join(',')}: ${field} is there twice; say which by its number: --columns ${field}=${(exact[0] ?? 0) + 1}`,
      );
    if (exact.length === 1) return exact;
    if (field === 'timestamp') {
      const [date, time] = [placesOf(['date'], names), placesOf(['time'], names)];
      if (date.length === 1 && time.length === 1 && placesOf(['datetime', 'ts'], names).length === 0) {
        assumed.push('timestamp is date+time');
        return [...date, ...time];
      }
    }
    const like = placesOf(ALIASES[field], names);
    if (like.length !== 1 || (field === 'price' && /close|bid|ask/.test(names.join()))) return [];
    // A day without its time of day, or the other way round, would be read as another moment.
    if (field === 'timestamp' && otherHalf(names, like[0] as number) !== undefined) return [];
    assumed.push(`${field} is ${header[like[0] as number]?.trim()}`);
    return like;
  };
  const found = Object.fromEntries(FIELDS.map((field) => [field, place(field)])) as Record<Field, readonly number[]>;
  const missing = AS_TOLD.filter((field) => found[field].length === 0 && !given.includes(field));
  if (missing.length > 0) throw new FileError(missingText(header, missing, names));
  return { places: asPlaces(found), assumed };
}

/** Places of columns that are named in their order. */
export function placesInOrder(fields: readonly string[], given: readonly Field[]): Places {
  const at = (name: string): readonly number[] => (fields.includes(name) ? [fields.indexOf(name)] : []);
  const time = at('timestamp').length > 0 ? at('timestamp') : [...at('date'), ...at('time')];
  const found = {
    timestamp: time,
    stock_name: at('stock_name'),
    exchange_name: at('exchange_name'),
    price: at('price'),
  };
  const missing = AS_TOLD.filter((field) => found[field].length === 0 && !given.includes(field));
  if (missing.length > 0)
    throw new FileError(`--columns ${fields.join(',')}: missing ${missing.join(', ')}${howToGive(missing)}`);
  return asPlaces(found);
}

function asPlaces(found: Readonly<Record<Field, readonly number[]>>): Places {
  return {
    timestamp: found.timestamp,
    stock_name: found.stock_name[0],
    exchange_name: found.exchange_name[0],
    price: found.price[0] as number,
  };
}

function placesOf(wanted: readonly string[], names: readonly string[]): readonly number[] {
  return names.flatMap((name, i) => (wanted.includes(name) ? [i] : []));
}

function placeOf(wanted: string, names: readonly string[], header: readonly string[]): number {
  const found = placesOf([plainName(wanted)], names);
  if (found.length === 1) return found[0] as number;
  if (found.length > 1)
    throw new FileError(`columns ${header.join(',')}: ${wanted} is there twice; say which by its number`);
  const number = Number(wanted);
  if (Number.isInteger(number) && number >= 1 && number <= names.length) return number - 1;
  throw new FileError(`columns ${header.join(',')}: there is no column ${quoted(wanted)}`);
}

function missingText(header: readonly string[], missing: readonly Field[], names: readonly string[]): string {
  const seen = `columns ${header.map((name) => name.trim()).join(',')}: missing ${missing.join(', ')}`;
  if (missing.length === FIELDS.length)
    return `${seen}. It wants the header ${FIELDS.join(',')}, or --columns (see --help)`;
  const named = missing.map((field) => `${field}=${likely(field, names, header)}`);
  return `${seen}. Say which is which: --columns ${named.join(',')}${howToGive(missing)}`;
}

/** A column that a person may have meant. */
function likely(field: Field, names: readonly string[], header: readonly string[]): string {
  const hints: Readonly<Record<Field, RegExp>> = {
    timestamp: /time|date|^ts|^t$/,
    stock_name: /sym|tick|stock|instr|isin|name|^s$/,
    exchange_name: /exch|venue|market/,
    price: /price|last|close|^px|^p$/,
  };
  const at = names.findIndex((name) => hints[field].test(name));
  if (at < 0) return 'COLUMN';
  const other = field === 'timestamp' ? otherHalf(names, at) : undefined;
  const both = other === undefined ? [at] : names[at]?.startsWith('time') ? [other, at] : [at, other];
  return both.map((place) => (header[place] ?? '').trim()).join('+');
}

/** Where the time of day stands beside a column that is a day by its name, or the day beside one that is a time. */
function otherHalf(names: readonly string[], place: number): number | undefined {
  const name = names[place] ?? '';
  const wanted = /^(?:trade_?|trading_?)?date$/.test(name)
    ? /(?:^|_)(?:time|hour|clock)|time$/
    : /^(?:trade_?|trading_?)?time$/.test(name)
      ? /date|(?:^|_)day(?:$|_)/
      : undefined;
  const found = wanted === undefined ? -1 : names.findIndex((other, i) => i !== place && wanted.test(other));
  return found < 0 ? undefined : found;
}

function howToGive(missing: readonly Field[]): string {
  const options = [
    ...(missing.includes('stock_name') ? ['--stock NAME'] : []),
    ...(missing.includes('exchange_name') ? ['--exchange NAME'] : []),
  ];
  return options.length === 0 ? '' : `; or for all rows: ${options.join(' ')}`;
}
