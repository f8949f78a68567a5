import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatMicros } from '@tickwatch/core';
import { readColumns } from '../src/files/columns-option.ts';
import { dryStore } from '../src/files/dry-store.ts';
import { importFile } from '../src/files/import-file.ts';
import type { ImportOptions } from '../src/files/import-types.ts';

type Options = Omit<Partial<ImportOptions>, 'columns'> & { readonly columns?: string };

interface Form {
  readonly why: string;
  readonly text: string | Buffer;
  readonly options?: Options;
  /** `STOCK EXCHANGE PRICE TIME`; the time without what is usual. */
  readonly ticks?: readonly string[];
  /** `LINE detail`, as far as these say. */
  readonly rejected?: readonly RegExp[];
  /** The file is refused as a whole. */
  readonly error?: RegExp;
  readonly seen?: RegExp;
}

const HEADER = 'timestamp,stock_name,exchange_name,price\n';
const ROW = '2026-01-05T14:30:00Z,F1,NYSE,2.50\n';
const TICK = 'F1 NYSE 2.50 2026-01-05T14:30:00.000000Z';
const NYSE = { exchange: 'NYSE' };

const FORMS: readonly Form[] = [
  { why: 'the usual CSV', text: HEADER + ROW, ticks: [TICK] },
  { why: 'semicolons', text: (HEADER + ROW).replaceAll(',', ';'), ticks: [TICK], seen: /fields separated by ;/ },
  { why: 'tabs', text: (HEADER + ROW).replaceAll(',', '\t'), ticks: [TICK], seen: /separated by tabs/ },
  { why: 'pipes', text: (HEADER + ROW).replaceAll(',', '|'), ticks: [TICK] },
  {
    why: 'a delimiter nobody uses',
    text: (HEADER + ROW).replaceAll(',', '^'),
    options: { delimiter: '^' },
    ticks: [TICK],
  },
  { why: 'ends of lines of Windows', text: (HEADER + ROW).replaceAll('\n', '\r\n'), ticks: [TICK] },
  { why: 'ends of lines of old Macs', text: (HEADER + ROW).replaceAll('\n', '\r'), ticks: [TICK] },
  { why: 'a byte order mark', text: `\ufeff${HEADER}${ROW}`, ticks: [TICK] },
  { why: 'UTF-16 with its mark', text: Buffer.from(`\ufeff${HEADER}${ROW}`, 'utf16le'), ticks: [TICK] },
  { why: 'UTF-16 without a mark', text: Buffer.from(HEADER + ROW, 'utf16le'), error: /--encoding utf-16le/ },
  {
    why: 'UTF-16 that is named',
    text: Buffer.from(HEADER + ROW, 'utf16le'),
    options: { encoding: 'utf-16le' },
    ticks: [TICK],
  },
  {
    why: 'Latin-1 is refused line by line, and its stocks do not become one',
    text: Buffer.from(
      `${HEADER}${ROW}2026-01-05T14:30:00Z,\u00c9,NYSE,1\n2026-01-05T14:30:00Z,\u00c8,NYSE,1\n`,
      'latin1',
    ),
    ticks: [TICK],
    rejected: [/^3 .*UTF-8.*--encoding/, /^4 .*UTF-8/],
  },
  {
    why: 'Latin-1 that is named',
    text: Buffer.from(`${HEADER}2026-01-05T14:30:00Z,\u00c9,NYSE,1\n`, 'latin1'),
    options: { encoding: 'latin1' },
    ticks: ['\u00c9 NYSE 1 2026-01-05T14:30:00.000000Z'],
  },
  {
    why: 'no text from the first line on',
    text: Buffer.from('\u00c9;\u00c8\n', 'latin1'),
    error: /line 1 is not UTF-8/,
  },
  {
    why: 'other columns and another order',
    text: `price,x,stock_name,timestamp,exchange_name\n2.50,9,F1,2026-01-05T14:30:00Z,NYSE\n`,
    ticks: [TICK],
  },
  { why: 'names of columns in capitals', text: HEADER.toUpperCase() + ROW, ticks: [TICK] },
  {
    why: 'names that mean the same',
    text: 'time,symbol,exchange,price\n2026-01-05T14:30:00Z,F1,NYSE,2.50\n',
    ticks: [TICK],
    seen: /assumed: stock_name is symbol/,
  },
  {
    why: 'a price is not guessed among several',
    text: 'timestamp,symbol,exchange,bid,ask,last\n2026-01-05T14:30:00Z,F1,NYSE,1,2,3\n',
    error: /missing price.*--columns price=last/,
  },
  {
    why: 'a bar\u2019s close is no price until it is said',
    text: 'date,open,high,low,close\n2026-01-05,1,2,3,4\n',
    options: { ...NYSE, stock: 'F1' },
    error: /missing price.*--columns price=close/,
  },
  {
    why: 'a bar\u2019s close that is said',
    text: 'date,open,high,low,close\n2026-01-05,1,2,3,2.50\n',
    options: { ...NYSE, stock: 'F1', columns: 'price=close' },
    ticks: ['F1 NYSE 2.50 2026-01-05T00:00:00.000000Z'],
  },
  {
    why: 'columns that are missing',
    text: 'id,price,qty\n1,2,3\n',
    error: /fields separated by ,; columns id,price,qty: missing stock_name, exchange_name, timestamp/,
  },
  {
    why: 'columns with other names',
    text: 'ts;sym;px\n2026-01-05T14:30:00Z;F1;2.50\n',
    options: { ...NYSE, columns: 'timestamp=ts,stock_name=sym,price=px' },
    ticks: [TICK],
  },
  { why: 'a column that is not there', text: HEADER + ROW, options: { columns: 'price=px' }, error: /no column "px"/ },
  {
    why: 'columns by number',
    text: '2026-01-05T14:30:00Z,F1,2.50\n',
    options: { ...NYSE, columns: 'timestamp=1,stock=2,price=3' },
    ticks: [TICK],
  },
  {
    why: 'two columns of one name',
    text: 'timestamp,stock_name,exchange_name,price,price\n2026-01-05T14:30:00Z,F1,NYSE,1,2\n',
    error: /price is there twice/,
  },
  {
    why: 'no header',
    text: '2026-01-05T14:30:00Z,F1,NYSE,2.50\n',
    error: /no header: the first line is .*--columns timestamp,stock_name,exchange_name,price/,
  },
  {
    why: 'no header, columns in their order',
    text: '2026-01-05T14:30:00Z,2.50,7\n',
    options: { ...NYSE, stock: 'F1', columns: 'timestamp,price,qty' },
    ticks: [TICK],
  },
  {
    why: 'a header although columns are named in their order',
    text: `a,b,c\n2026-01-05T14:30:00Z,2.50,7\n`,
    options: { ...NYSE, stock: 'F1', columns: 'timestamp,price,qty' },
    ticks: [TICK],
  },
  {
    why: 'columns in their order without a price',
    text: '1,2\n',
    options: { columns: 'timestamp,qty' },
    error: /missing stock_name, exchange_name, price/,
  },
  {
    why: 'HistData',
    text: '20250910 093000123;1.17010;1.17020;0\n',
    options: { exchange: 'FX', stock: 'EURUSD', columns: 'timestamp,price,ask,volume' },
    ticks: ['EURUSD FX 1.17010 2025-09-10T09:30:00.123000Z'],
  },
  {
    why: 'HistData in New York',
    text: '20250910 093000123;1.17010;1.17020;0\n',
    options: { exchange: 'FX', stock: 'EURUSD', columns: 'timestamp,price', timeZone: 'America/New_York' },
    ticks: ['EURUSD FX 1.17010 2025-09-10T13:30:00.123000Z'],
  },
  {
    why: 'MetaTrader: date and time in two columns, names in angle brackets',
    text: '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\n2026.01.05\t10:00:00.123\t1\t2\t2.50\n',
    options: { exchange: 'FX', stock: 'F1', columns: 'price=LAST' },
    ticks: ['F1 FX 2.50 2026-01-05T10:00:00.123000Z'],
    seen: /assumed: timestamp is date\+time/,
  },
  {
    why: 'date and time that are named',
    text: 'd,t,price\n20260105,143000,2.50\n',
    options: { ...NYSE, stock: 'F1', columns: 'timestamp=d+t' },
    ticks: [TICK],
  },
  {
    why: 'date and time in their order',
    text: '20260105,143000,2.50\n',
    options: { ...NYSE, stock: 'F1', columns: 'date,time,price' },
    ticks: [TICK],
  },
  {
    why: 'a decimal comma that is sure',
    text: 'timestamp;stock_name;exchange_name;price\n2026-01-05T14:30:00Z;F1;NYSE;2,50\n',
    ticks: [TICK],
    seen: /assumed: --decimal ,/,
  },
  {
    why: 'a comma that may be either',
    text: 'timestamp;stock_name;exchange_name;price\n2026-01-05T14:30:00Z;F1;NYSE;2,500\n',
    rejected: [/^2 .*"2,500"/],
  },
  {
    why: 'a decimal comma that is said',
    text: 'timestamp;stock_name;exchange_name;price\n2026-01-05T14:30:00Z;F1;NYSE;1.002,500\n',
    options: { decimal: ',' },
    ticks: ['F1 NYSE 1002.500 2026-01-05T14:30:00.000000Z'],
  },
  {
    why: 'a decimal comma in quotes',
    text: `${HEADER}2026-01-05T14:30:00Z,F1,NYSE,"2,50"\n`,
    options: { decimal: ',' },
    ticks: [TICK],
  },
  {
    why: 'thousands by commas where the point is said',
    text: `${HEADER}2026-01-05T14:30:00Z,F1,NYSE,"1,002.50"\n`,
    options: { decimal: '.' },
    ticks: ['F1 NYSE 1002.50 2026-01-05T14:30:00.000000Z'],
  },
  {
    why: 'a price cut in two by its comma',
    text: `${HEADER}2026-01-05T14:30:00Z,F1,NYSE,2,50\n`,
    rejected: [/^2 .*5 fields, where 4/],
  },
  {
    why: 'a row too short',
    text: `${HEADER}${ROW}2026-01-05T14:30:00Z,F1,2.50\n`,
    ticks: [TICK],
    rejected: [/^3 .*3 fields, where 4/],
  },
  { why: 'rows that end with a delimiter', text: `${HEADER}${ROW.replace('\n', ',\n')}`, ticks: [TICK] },
  {
    why: 'blank lines, comments, the header again',
    text: `# made by hand\n\n${HEADER}\n${ROW}# more\n${HEADER}${ROW}`,
    ticks: [TICK, TICK],
  },
  {
    why: 'Excel\u2019s line about the delimiter',
    text: `sep=;\n${(HEADER + ROW).replaceAll(',', ';')}`,
    ticks: [TICK],
  },
  {
    why: 'all in quotes',
    text: '"timestamp","stock_name","exchange_name","price"\n"2026-01-05T14:30:00Z","F1","NYSE","2.50"\n',
    ticks: [TICK],
  },
  { why: 'quotes and delimiters in quotes', text: `remark,${HEADER}"a ""b"", c",${ROW}"",${ROW}`, ticks: [TICK, TICK] },
  { why: 'a line break in quotes', text: `remark,${HEADER}"a\n\nb",${ROW}x,${ROW}`, ticks: [TICK, TICK] },
  { why: 'spaces around quotes', text: `${HEADER} "2026-01-05T14:30:00Z" , "F1" ,NYSE, 2.50\n`, ticks: [TICK] },
  {
    why: 'a quote that is not closed takes no other row with it',
    text: `${HEADER}${ROW}2026-01-05T14:30:00Z,"F45,NYSE,1\n${ROW}${ROW}`,
    ticks: [TICK, TICK, TICK],
    rejected: [/^3 a quote opens/],
  },
  {
    why: 'a quote that is closed too late',
    text: `${HEADER}2026-01-05T14:30:00Z,"F45,NYSE,1\n${ROW}2026-01-05T14:30:00Z,"F1",NYSE,2.50\n`,
    ticks: [TICK, TICK],
    rejected: [/^2 a quote opens/],
  },
  {
    why: 'a quote within a field',
    text: `${HEADER}2026-01-05T14:30:00Z,F"1,NYSE,1\n`,
    rejected: [/^2 a quote stands within/],
  },
  { why: 'a time that is not given', text: `${HEADER},F1,NYSE,1\n`, rejected: [/^2 it has no time/] },
  {
    why: 'an exchange that is not given',
    text: `${HEADER}2026-01-05T14:30:00Z,F1,,1\n`,
    rejected: [/^2 it names no exchange/],
  },
  {
    why: 'a time too far ahead',
    text: `${HEADER}2099-01-05T14:30:00Z,F1,NYSE,1\n`,
    rejected: [/^2 .*"2099-01-05T14:30:00Z" is further ahead/],
  },
  {
    why: 'a time that is quoted where it can\u2019t be read',
    text: `${HEADER}01/05/2026,F1,NYSE,1\n`,
    rejected: [/^2 the time "01\/05\/2026" is not readable/],
  },
  {
    why: 'NDJSON',
    text: '{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","exchange_name":"NYSE","price":2.50}\n',
    ticks: [TICK],
  },
  {
    why: 'a price in an object within is not the price',
    text: '{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F51","exchange_name":"NASDAQ","bid":{"price":1.11},"price":2.22}\n',
    ticks: ['F51 NASDAQ 2.22 2026-01-05T14:30:00.000000Z'],
  },
  {
    why: 'NDJSON of one exchange',
    text: '{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","price":"2.50"}\n',
    options: NYSE,
    ticks: [TICK],
  },
  {
    why: 'NDJSON without an exchange',
    text: '{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","price":"2.50"}\n',
    rejected: [/^1 it names no exchange: say which with --exchange/],
  },
  {
    why: 'NDJSON of one stock',
    text: '{"timestamp":"2026-01-05T14:30:00Z","price":"2.50"}\n',
    options: { ...NYSE, stock: 'F1' },
    ticks: [TICK],
  },
  {
    why: 'NDJSON without a time',
    text: '{"stock_name":"F1","price":"2.50"}\n',
    options: NYSE,
    rejected: [/^1 it has no time/],
  },
  {
    why: 'NDJSON with other names',
    text: '{"when":1767623400000,"s":"F1","px":2.50}\n',
    options: { ...NYSE, columns: 'timestamp=when,stock_name=s,price=px' },
    ticks: [TICK],
  },
  {
    why: 'NDJSON in a zone',
    text: '{"timestamp":"2026-01-05 09:30","stock_name":"F1","price":2.50}\n',
    options: { ...NYSE, timeZone: 'America/New_York' },
    ticks: [TICK],
  },
  {
    why: 'a JSON array',
    text: '[\n {"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1",\n "exchange_name":"NYSE","price":2.50},\n{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","exchange_name":"NYSE","price":2.50}]\n',
    ticks: [TICK, TICK],
  },
  {
    why: 'a JSON array in one line',
    text: '[{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","price":2.50,"x":["]",{"a":"\\""}]},7]',
    options: NYSE,
    ticks: [TICK],
    rejected: [/^2 .*no ":"/],
  },
  {
    why: 'a JSON array that was cut',
    text: '[{"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","price":2.50},{"timesta',
    options: NYSE,
    error: /not closed at its end/,
  },
  { why: 'an empty JSON array', text: '[]', error: /empty/ },
  {
    why: 'JSON objects over several lines',
    text: '{\n"timestamp":"2026-01-05T14:30:00Z",\n"stock_name":"F1","price":2.50\n}\n{\n"timestamp":"2026-01-05T14:30:00Z","stock_name":"F1","price":2.50}\n',
    options: NYSE,
    ticks: [TICK, TICK],
  },
  {
    why: 'messages as they come on a channel',
    text: 'F1:(2.50, 1767623400000)\nF1:(x, 1767623400000)\n',
    options: NYSE,
    ticks: [TICK],
    rejected: [/^2 the price "x"/],
  },
  { why: 'messages without their exchange', text: 'F1:(2.50, 1767623400)\n', error: /say on which with --exchange/ },
  { why: 'a message without its time', text: 'F1:2.50\n', options: NYSE, rejected: [/^1 it has no time/] },
  {
    why: 'messages in a zone',
    text: 'F1:(2.50, 1767623400)\n',
    options: { ...NYSE, timeZone: 'Asia/Tokyo' },
    error: /--time-zone is for CSV and JSON/,
  },
  { why: 'gzip', text: gzipSync(HEADER + ROW), ticks: [TICK] },
  {
    why: 'gzip that was cut',
    text: gzipSync(HEADER + ROW.repeat(3000)).subarray(0, 90),
    error: /gzip ends too early: the file was cut/,
  },
  { why: 'two gzips in a row', text: Buffer.concat([gzipSync(HEADER + ROW), gzipSync(ROW)]), ticks: [TICK, TICK] },
  {
    why: 'JSON arrays and objects in a row, one with lines of its own',
    text: '[{"timestamp":1767623400,"stock_name":"F1","price":2.50}]\n[{"timestamp":1767623400,\n"stock_name":"F1","price":2.50}]\nF1:(2.50, 1767623400)\n{"timestamp":1767623400,"stock_name":"F1","price":2.50}\n',
    options: NYSE,
    ticks: [TICK, TICK, TICK, TICK],
  },
  {
    why: 'arrays of arrays are no ticks',
    text: '[[1767623400000,"2.50"],\n[1767623400000,"2.50"]]',
    options: NYSE,
    rejected: [/^1 /, /^1 /, /^2 /, /^2 /],
  },
  {
    why: 'objects and messages in turn',
    text: '{"timestamp":1767623400,"stock_name":"F1","price":2.50}\nF1:(2.50, 1767623400)\n',
    options: NYSE,
    ticks: [TICK, TICK],
  },
  {
    why: 'JSON of unknown names',
    text: '{"when":1767623400,"what":"F1","cost":2.50}\n',
    options: NYSE,
    rejected: [/^1 "stock_name" is missing/],
    seen: /JSON objects with members when,what,cost/,
  },
  {
    why: 'a tick longer than any',
    text: `{"timestamp":1767623400,"stock_name":"F1","price":2.50,"x":"${'x'.repeat(2000)}"}\n`,
    options: NYSE,
    rejected: [/^1 .*1024 bytes/],
  },
  {
    why: 'a line too long for any row',
    text: `${HEADER}${ROW}${'x'.repeat(300_000)}\n${ROW}`,
    ticks: [TICK, TICK],
    rejected: [/^3 the line has more than 256 KiB/],
  },
  {
    why: 'trades of a market place, with its columns',
    text: 'id,price,qty,quoteQty,time,isBuyerMaker\n1,2.50,3,7.5,1767623400000,true\n',
    options: { ...NYSE, stock: 'F1' },
    ticks: [TICK],
  },
  {
    why: 'trades without a header',
    text: '1767623400,2.50,0.5\n',
    options: { ...NYSE, stock: 'F1' },
    error: /no header.*--columns timestamp,price,-/,
  },
  {
    why: 'bars with a column of two words',
    text: 'Date,Open,High,Low,Close,Adj Close,Volume\n2026-01-05,1,2,3,4,2.50,5\n',
    options: { ...NYSE, stock: 'F1', columns: 'price=Adj Close' },
    ticks: ['F1 NYSE 2.50 2026-01-05T00:00:00.000000Z'],
  },
  {
    why: 'a stock that is called as a column may be, and no header',
    text: '2026-01-05T14:30:00Z,OPEN,NASDAQ,2.50\n',
    error: /no header/,
  },
  {
    why: 'tabs at the ends of lines, where cells are empty',
    text: 'remark\ttimestamp\tstock_name\texchange_name\tprice\tx\n\t2026-01-05T14:30:00Z\tF1\tNYSE\t2.50\t\n',
    ticks: [TICK],
  },
  { why: 'a header with spaces at its ends', text: ` ${HEADER.replace('\n', ' \n')}${ROW}${ROW}`, ticks: [TICK, TICK] },
  {
    why: 'quotes that are not closed up to the end',
    text: `${HEADER}2026-01-05T14:30:00Z,"F45,NYSE,1\n${ROW}2026-01-05T14:30:00Z,"F46,NYSE,1\n`,
    ticks: [TICK],
    rejected: [/^2 a quote opens/, /^4 a quote opens/],
  },
  {
    why: 'a list within an object',
    text: '{\n "data": [\n  {"timestamp":1767623400,"stock_name":"F1","price":2.50}\n ]\n}\n',
    options: NYSE,
    rejected: [/^1 /],
    seen: /members data; data holds a list: give that alone \(jq '\.data'\)/,
  },
  { why: 'a header behind a #', text: `# ${HEADER}${ROW}# a remark\n${ROW}`, ticks: [TICK, TICK] },
  { why: 'a # in front of a row\u2019s first cell', text: `id,${HEADER}#1,${ROW}#2,${ROW}`, ticks: [TICK, TICK] },
  {
    why: 'prices below zero where they are real',
    text: `${HEADER}2020-04-20T18:30:00Z,CLK20,NYMEX,-37.63\n2020-04-20T18:30:00Z,CLK20,NYSE,-37.63\n`,
    options: { rulesOf: (exchange) => ({ signed: exchange === 'NYMEX' }) },
    ticks: ['CLK20 NYMEX -37.63 2020-04-20T18:30:00.000000Z'],
    rejected: [/^3 the price "-37\.63"/],
  },
  {
    why: 'the same as JSON',
    text: '{"timestamp":"2020-04-20T18:30:00Z","stock_name":"CLK20","exchange_name":"NYMEX","price":-37.63}\n',
    options: { rulesOf: (exchange) => ({ signed: exchange === 'NYMEX' }) },
    ticks: ['CLK20 NYMEX -37.63 2020-04-20T18:30:00.000000Z'],
  },
  {
    why: 'trades as a feed sends them',
    text: '{"T":"t","S":"F1","p":2.50,"t":"2026-01-05T14:30:00Z"}\n',
    options: NYSE,
    ticks: [TICK],
  },
  {
    why: 'times of day without their date',
    text: 'time,symbol,exchange,price\n143000,F1,NYSE,2.50\n',
    error: /assumed: timestamp is time.*but "143000" is no time.*timestamp=DATE\+TIME/,
  },
  ...[
    'DATE,TIME_M,symbol,exchange,price\n20260105,14:30:00',
    'date,trade_time,symbol,exchange,price\n20260105,14:30:00',
  ].map((text) => ({
    why: 'a date whose time of day has a name of its own is not read as midnight',
    text: `${text},F1,NYSE,2.50\n`,
    error: /missing timestamp.*timestamp=(?:DATE\+TIME_M|date\+trade_time)/,
  })),
  { why: 'nothing', text: '', error: /it is empty/ },
  { why: 'blanks only', text: '\n \n', error: /it is empty/ },
  { why: 'an empty gzip', text: gzipSync(''), error: /it is empty/ },
  { why: 'a header only', text: HEADER, error: /no rows/ },
  { why: 'comments only', text: '# a\n# b\n', error: /comments only/ },
  { why: 'zstd', text: Buffer.from('28b52ffd00000000', 'hex'), error: /zstd/ },
  { why: 'no end of the last line', text: HEADER + ROW.trimEnd(), ticks: [TICK] },
  { why: 'a text of one word', text: 'hello\n', error: /columns hello/ },
];

describe('a file of any form is read, or refused with what was seen', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickwatch-forms-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [i, { why, text, options = {}, ticks = [], rejected = [], error, seen }] of FORMS.entries()) {
    it(why, async () => {
      const path = join(folder, `${i}.txt`);
      await writeFile(path, text);
      const { columns, ...others } = options;
      const read = async () =>
        await importFile(dryStore(), {
          path,
          ...others,
          columns: columns === undefined ? undefined : readColumns(columns),
        });
      if (error !== undefined) {
        await assert.rejects(read(), error);
        return;
      }
      const report = await read();
      const found = report.texts.flatMap((one) => one.ticks);
      assert.deepEqual(
        found.map(({ stock, exchange, price, time }) => `${stock} ${exchange} ${price} ${formatMicros(time)}`),
        ticks,
      );
      assert.equal(report.rejected, rejected.length);
      for (const [n, pattern] of rejected.entries()) {
        const example = report.examples[n];
        assert.match(`${example?.line} ${example?.detail}`, pattern);
      }
      if (seen !== undefined) assert.match(report.texts.flatMap((one) => one.seen).join('\n'), seen);
    });
  }
});
