import {
  type Decoded,
  decodeMessage,
  decodeObject,
  decodeText,
  type JsonScalar,
  judgeTick,
  parseFlatJson,
  parseTime,
  type TickContext,
} from '@tickwatch/core';
import type { ColumnsOption, Field, MappedColumns } from './columns.ts';
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

/** Lines that are JSON objects, read as messages are, each with its exchange. */
export class JsonRows implements RowReader {
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
    if (line.text === undefined) take(unreadable(line), line);
    else if (line.text.trim() !== '') take(this.#row(line.text.trim()), line);
  }

  end(): void {}

  #row(text: string): Row {
    if (!text.startsWith('{')) return rejected('bad_form', 'it is no JSON object');
    const decoded = this.#columns === undefined ? this.#decode(text) : this.#byColumns(text, this.#columns);
    return asRow(decoded, this.#context, () => {
      const members = parseFlatJson(text);
      const name = this.#columns?.names.get('exchange_name')?.[0];
      return textOf(members?.get(name ?? 'exchange_name'))?.trim() || this.#settings.exchange;
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

/** Lines as they come on a channel. */
export class MessageRows implements RowReader {
  readonly #settings: RowSettings;
  readonly #context: TickContext;
  readonly isWithin = false;

  constructor(settings: RowSettings) {
    if (settings.zone !== undefined) throw new FileError('--time-zone is for CSV and JSON; messages are read in UTC');
    if (settings.stock !== undefined) throw new FileError('--stock is for CSV and JSON; messages name their stock');
    this.#settings = settings;
    this.#context = contextOf(settings);
  }

  read(line: Line, take: TakeRow): void {
    if (line.text === undefined) {
      take(unreadable(line), line);
      return;
    }
    if (line.text.trim() === '') return;
    const { receivedAt } = this.#context;
    decodeMessage(Buffer.from(line.text), receivedAt, this.#settings.toleranceMicros, (decoded) => {
      take(
        asRow(decoded, this.#context, () => this.#settings.exchange),
        line,
      );
    });
  }

  end(): void {}
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
