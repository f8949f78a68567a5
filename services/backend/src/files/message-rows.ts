import {
  type Decoded,
  decodeMessage,
  decodeObject,
  decodeText,
  type EpochMicros,
  type JsonValue,
  judgeTick,
  MAX_TICK_BYTES,
  parseFlatJson,
  parseTime,
  type TickContext,
} from '@tickwatch/core';
import type { ColumnsOption, Field, MappedColumns } from './columns-option.ts';
import { FileError } from './file-error.ts';
import type { Line } from './line-reader.ts';
import {
  contextsOf,
  exchangeProblem,
  NO_TIME,
  type Row,
  type RowReader,
  type RowSettings,
  rejected,
  type TakeRow,
  unreadable,
  withNames,
} from './rows.ts';

/** Lines that are messages: JSON objects, each with its exchange, or what else comes on a channel. */
export class MessageRows implements RowReader {
  readonly #settings: RowSettings;
  readonly #contextOf: (exchange: string) => TickContext;
  readonly #columns: MappedColumns | undefined;
  readonly isWithin = false;

  /** @param columns members of other names; `undefined`: those of a message */
  constructor(settings: RowSettings, columns: ColumnsOption | undefined) {
    if (columns?.kind === 'in order')
      throw new FileError('JSON has names: say --columns stock_name=MEMBER,price=MEMBER');
    this.#settings = settings;
    this.#contextOf = contextsOf(settings);
    this.#columns = columns;
  }

  read(line: Line, take: TakeRow): void {
    const text = line.text?.trim();
    if (text === undefined) take(unreadable(line), line);
    else if (text.startsWith('{')) take(this.#object(text), line);
    else if (text !== '') this.#message(text, line, take);
  }

  end(): void {}

  #message(text: string, line: Line, take: TakeRow): void {
    const { exchange, zone, toleranceMicros } = this.#settings;
    // Messages say nothing of a zone, and their times would be read in UTC.
    if (exchange === undefined || zone !== undefined) {
      take(rejected('bad_form', 'it is no JSON object'), line);
      return;
    }
    const context = this.#contextOf(exchange);
    const stock = text.slice(0, Math.max(0, text.lastIndexOf(':', text.indexOf('('))));
    const takeDecoded = (decoded: Decoded): void =>
      take(asRow(decoded, { stock, time: undefined }, exchange, context), line);
    decodeMessage(Buffer.from(text), context.receivedAt, toleranceMicros, takeDecoded, context);
  }

  #object(text: string): Row {
    if (text.length > MAX_TICK_BYTES / 4 && Buffer.byteLength(text) > MAX_TICK_BYTES) {
      return rejected('too_long', `it has more than the ${MAX_TICK_BYTES} bytes of the longest tick`);
    }
    const members = parseFlatJson(text);
    const named = (field: Field): string | undefined =>
      textOf(members?.get(this.#columns?.names.get(field)?.[0] ?? field))?.trim();
    const exchange = named('exchange_name') || (this.#settings.exchange ?? '');
    const context = this.#contextOf(exchange);
    const decoded =
      this.#columns === undefined ? this.#decode(text, context) : this.#byColumns(text, this.#columns, context);
    if (decoded.ok) return asRow(decoded, decoded, exchange, context);
    const stamp = this.#columns?.names.get('timestamp')?.length === 2 ? undefined : named('timestamp');
    const time = stamp === undefined ? undefined : parseTime(stamp, context.zone);
    return asRow(decoded, { stock: named('stock_name') ?? this.#settings.stock ?? '', time }, exchange, context);
  }

  #decode(text: string, context: TickContext): Decoded {
    const decoded = decodeObject(text, context);
    const { stock } = this.#settings;
    if (decoded.ok || stock === undefined || parseFlatJson(text)?.has('stock_name') !== false) return decoded;
    return decodeObject(text.replace(/\}$/, `,"stock_name":${JSON.stringify(stock)}}`), context);
  }

  #byColumns(text: string, columns: MappedColumns, context: TickContext): Decoded {
    const members = parseFlatJson(text);
    if (members === undefined) return { ok: false, reason: 'bad_form', detail: 'it is no JSON object' };
    const member = (field: Field): string | undefined => {
      const texts = (columns.names.get(field) ?? [field]).map((name) => textOf(members.get(name)));
      return texts.every((one) => one === undefined) ? undefined : texts.join(' ');
    };
    const stamp = member('timestamp');
    const time = stamp === undefined ? context.receivedAt : parseTime(stamp, context.zone);
    const stock = member('stock_name') ?? this.#settings.stock ?? '';
    return judgeTick(stock, member('price') ?? '', time, stamp ?? '', context);
  }
}

function textOf(scalar: JsonValue | undefined): string | undefined {
  return scalar === undefined || (scalar.type !== 'string' && scalar.type !== 'number') ? undefined : scalar.text;
}

/** @param seen what a rejected one seems to be */
function asRow(
  decoded: Decoded,
  seen: { readonly stock: string; readonly time: EpochMicros | undefined },
  exchange: string,
  { receivedAt }: TickContext,
): Row {
  if (!decoded.ok) return withNames(decoded, seen.stock, exchange, seen.time);
  const { stock, price, time } = decoded;
  if (time === receivedAt) return withNames(NO_TIME, stock, exchange, undefined);
  const problem = exchangeProblem(exchange);
  if (problem !== undefined) return withNames(rejected('bad_form', problem), stock, exchange, time);
  return { ok: true, tick: { stock, exchange, price, time } };
}

/** True for a line that is a tick as it comes on a channel. */
export function isMessage(text: string, settings: RowSettings): boolean {
  const rules = settings.rulesOf(settings.exchange ?? '');
  const decoded = decodeText(text, settings.now, settings.toleranceMicros, rules);
  return decoded.ok || /^[^,;|\t]+:\s*\([^()]*,[^()]*\)$/.test(text.trim());
}

/** The names in an object, for a person. */
export function membersOf(text: string): string {
  const members = [...(parseFlatJson(text)?.keys() ?? [])];
  if (members.length === 0) return 'that can’t be read';
  const list = Object.entries(JSON.parse(text) as object).find(([, value]) => Array.isArray(value))?.[0];
  const hint = list === undefined ? '' : `; ${list} holds a list: give that alone (jq '.${list}')`;
  return members.join(',').slice(0, 200) + hint;
}

/** True for an object that says this itself. */
export function hasMember(text: string, field: Field, columns: ColumnsOption | undefined): boolean {
  const name = columns?.kind === 'mapped' ? columns.names.get(field)?.[0] : undefined;
  return parseFlatJson(text)?.has(name ?? field) === true;
}
