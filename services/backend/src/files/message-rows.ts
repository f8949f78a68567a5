import {
  type Decoded,
  decodeMessage,
  decodeObject,
  decodeText,
  type JsonScalar,
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
  contextOf,
  exchangeProblem,
  NO_TIME,
  type Row,
  type RowReader,
  type RowSettings,
  rejected,
  type TakeRow,
  unreadable,
} from './rows.ts';

/** Lines that are messages: JSON objects, each with its exchange, or what else comes on a channel. */
export class MessageRows implements RowReader {
  readonly #settings: RowSettings;
  readonly #context: TickContext;
  readonly #columns: MappedColumns | undefined;
  readonly isWithin = false;

  /** @param columns members of other names; `undefined`: those of a message */
  constructor(settings: RowSettings, columns: ColumnsOption | undefined) {
    if (columns?.kind === 'in order')
      throw new FileError('JSON has names: say --columns stock_name=MEMBER,price=MEMBER');
    this.#settings = settings;
    this.#context = contextOf(settings);
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
    if (exchange === undefined || zone !== undefined) take(rejected('bad_form', 'it is no JSON object'), line);
    else {
      decodeMessage(Buffer.from(text), this.#context.receivedAt, toleranceMicros, (decoded) => {
        take(
          asRow(decoded, this.#context, () => exchange),
          line,
        );
      });
    }
  }

  #object(text: string): Row {
    if (text.length > MAX_TICK_BYTES / 4 && Buffer.byteLength(text) > MAX_TICK_BYTES) {
      return rejected('too_long', `it has more than the ${MAX_TICK_BYTES} bytes of the longest tick`);
    }
    const decoded = this.#columns === undefined ? this.#decode(text) : this.#byColumns(text, this.#columns);
    return asRow(decoded, this.#context, () => {
      const member = this.#columns?.names.get('exchange_name')?.[0] ?? 'exchange_name';
      return textOf(parseFlatJson(text)?.get(member))?.trim() || this.#settings.exchange;
    });
  }

  #decode(text: string): Decoded {
    const decoded = decodeObject(text, this.#context);
    const { stock } = this.#settings;
    if (decoded.ok || stock === undefined || parseFlatJson(text)?.has('stock_name') !== false) return decoded;
    return decodeObject(text.replace(/\}$/, `,"stock_name":${JSON.stringify(stock)}}`), this.#context);
  }

  #byColumns(text: string, columns: MappedColumns): Decoded {
    const members = parseFlatJson(text);
    if (members === undefined) return { ok: false, reason: 'bad_form', detail: 'it is no JSON object' };
    const member = (field: Field): string | undefined => {
      const texts = (columns.names.get(field) ?? [field]).map((name) => textOf(members.get(name)));
      return texts.every((one) => one === undefined) ? undefined : texts.join(' ');
    };
    const stamp = member('timestamp');
    const time = stamp === undefined ? this.#context.receivedAt : parseTime(stamp, this.#context.zone);
    const stock = member('stock_name') ?? this.#settings.stock ?? '';
    return judgeTick(stock, member('price') ?? '', time, stamp ?? '', this.#context);
  }
}

function textOf(scalar: JsonScalar | undefined): string | undefined {
  return scalar === undefined || scalar.type === 'other' ? undefined : scalar.text;
}

function asRow(decoded: Decoded, { receivedAt }: TickContext, exchangeOf: () => string | undefined): Row {
  if (!decoded.ok) return decoded;
  const { stock, price, time } = decoded;
  if (time === receivedAt) return NO_TIME;
  const exchange = exchangeOf() ?? '';
  const problem = exchangeProblem(exchange);
  return problem === undefined ? { ok: true, tick: { stock, exchange, price, time } } : rejected('bad_form', problem);
}

/** True for a line that is a tick as it comes on a channel. */
export function isMessage(text: string, settings: RowSettings): boolean {
  const decoded = decodeText(text, settings.now, settings.toleranceMicros);
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
