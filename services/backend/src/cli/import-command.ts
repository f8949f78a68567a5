import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import {
  DEFAULT_FUTURE_TOLERANCE_MS,
  isExchangeName,
  MAX_SYMBOL_LENGTH,
  namedZone,
  nearestOf,
  nearNames,
  TIME_FORMS,
} from '@tickwatch/core';
import { EnvReader, messageRules, printable, readArguments } from '@tickwatch/runtime';
import { readColumns } from '../files/columns-option.ts';
import { readCovers } from '../files/covers-option.ts';
import { dryStore } from '../files/dry-store.ts';
import { FileError } from '../files/file-error.ts';
import { importFile } from '../files/import-file.ts';
import type { ImportOptions } from '../files/import-types.ts';
import { checkEncoding } from '../files/to-utf8.ts';
import { dryText, listText, reportText, stepLine } from './import-report.ts';
import { Progress, thousands } from './progress.ts';
import { type CommandParts, UsageError, withDatabaseIfAny } from './run-command.ts';
import { wrapped } from './wrapped.ts';

export const IMPORT_USAGE = `npm run import -- FILE [options]        stores the ticks of a file; - is stdin
npm run import -- FILE --dry-run        stores nothing, shows the first rows as they are understood
npm run import -- --list                the imports there are
npm run import -- --undo NAME           takes an import back: its ticks, and no others

FILE is CSV (separated by , ; | or tabs), NDJSON, a JSON array, Parquet, or lines as they come on a channel
(AAPL:(220.4, 1757494917.021)); also packed with gzip, or a zip of such files. What it is shows in its content, not in
its name. CSV has a header: timestamp, stock_name, exchange_name and price in any order, others are not read.

  --columns stock_name=symbol,price=last,timestamp=date+time
                      which columns (or members of JSON) these are, by name or by number from 1
  --columns timestamp,price,qty
                      no header: the columns in their order; names of others are not read
  --stock NAME        the stock of rows that name none
  --exchange NAME     the exchange of rows that name none, and of messages
  --delimiter CHAR    what separates the fields (tab for tabs)      default: what the first lines show
  --decimal , or .    the decimal mark; the other one then separates thousands
  --time-zone ZONE    of times without a zone, as America/New_York  default: UTC
  --encoding LABEL    latin1, utf-16le ...                          default: UTF-8, or what its mark says
  --format csv|ndjson|messages                                      default: what the first line shows
  --covers FROM/TO    the file holds all that its exchanges published in this time: stocks that it doesn't name were
                      silent; a date is that whole day in --time-zone
  --name NAME         what the import is called                     default: the file's name
  --again             stores the file besides what is stored of it already

${wrapped(`A time is ${TIME_FORMS}.`)}
It may lie FUTURE_TOLERANCE_MS (5 min) ahead of the clock at most; SIGNED_PRICES and MESSAGE_MAP hold as for messages.

An import is known by its text: a run that was cut goes on where it stopped, a file that has grown is stored from
where it ended, and the same text is not stored twice, whatever the file is called and however it is packed.

A file holds everything from its first tick to its last one of an exchange, of the stocks that it names: holes in what
was received there are closed by it. Rejected lines are holes of the file.

Exit codes: 0 all is stored; 1 it failed, the message says what is stored; 2 the options can't be understood;
3 some lines were rejected (they are kept in table rejected_messages, with their reasons).`;

const OPTIONS = {
  name: { type: 'string' },
  covers: { type: 'string' },
  again: { type: 'boolean' },
  columns: { type: 'string' },
  stock: { type: 'string' },
  exchange: { type: 'string' },
  delimiter: { type: 'string' },
  decimal: { type: 'string' },
  'time-zone': { type: 'string' },
  encoding: { type: 'string' },
  format: { type: 'string' },
  'dry-run': { type: 'boolean' },
  list: { type: 'boolean' },
  undo: { type: 'string' },
} as const;

export async function prepareImport(): Promise<number | ((parts: CommandParts) => Promise<number>)> {
  const { positionals, values } = readArguments({ allowPositionals: true, options: OPTIONS });
  const [path, ...more] = positionals;
  const { undo } = values;
  if (values.list === true || undo !== undefined) {
    if (path !== undefined) throw new UsageError('--list and --undo take no file');
    return undo === undefined ? list : (parts) => takeBack(parts, undo);
  }
  if (path === undefined) throw new UsageError('a file is needed');
  if (more.length > 0) throw new UsageError(`one file at a time, not ${positionals.join(' and ')}`);
  if (path !== '-') checkFile(path);
  const options = { path, ...readOptions(values) };
  if (values['dry-run'] === true) return dryRun(options);
  return ({ store }) => runImport(store, options);
}

function checkFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file ${path}`);
  if (found.isDirectory()) throw new UsageError(`${path} is a folder: import its files one by one`);
}

type Values = Readonly<Partial<Record<keyof typeof OPTIONS, string | boolean>>>;

function readOptions(values: Values): Omit<ImportOptions, 'path'> {
  const text = (name: keyof typeof OPTIONS): string | undefined => {
    const value = values[name];
    if (value === '') throw new UsageError(`--${name} is empty`);
    return typeof value === 'string' ? value : undefined;
  };
  const [exchange, stock, timeZone, encoding] = [text('exchange'), text('stock'), text('time-zone'), text('encoding')];
  if (exchange !== undefined && !isExchangeName(exchange)) {
    throw new UsageError(`--exchange ${JSON.stringify(exchange)}: letters, digits, ".", "_" and "-", at most 32`);
  }
  if (stock !== undefined && stock.length > MAX_SYMBOL_LENGTH)
    throw new UsageError('--stock has more than 32 characters');
  if (timeZone !== undefined && namedZone(timeZone) === undefined) {
    throw new UsageError(`--time-zone ${JSON.stringify(timeZone)} is none: give a name of IANA's, as America/New_York`);
  }
  return {
    name: text('name'),
    again: values.again === true,
    columns: usable(() => optional(text('columns'), readColumns)),
    stock,
    exchange,
    delimiter: optional(text('delimiter'), delimiterOf),
    decimal: optional(text('decimal'), (mark) => oneOf('decimal', mark, ['.', ','] as const)),
    timeZone,
    encoding: optional(encoding, encodingOf),
    covers: usable(() => optional(text('covers'), (range) => readCovers(range, timeZone))),
    format: optional(text('format'), (form) => oneOf('format', form, ['csv', 'ndjson', 'messages'] as const)),
    ...readEnvironment(),
  };
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FileError ? new UsageError(error.message) : error;
  }
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  const nearest = nearestOf(text, allowed);
  const hint = nearest === undefined ? '' : `; ${nearest} is meant?`;
  throw new UsageError(`--${name} ${JSON.stringify(text)}: it is one of ${allowed.join(' ')}${hint}`);
}

const DELIMITERS: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', pipe: '|' };

function delimiterOf(text: string): string {
  const delimiter = DELIMITERS[text.toLowerCase()] ?? text;
  if (delimiter.length !== 1 || delimiter === '"') {
    throw new UsageError(`--delimiter ${JSON.stringify(text)}: it is one character, or "tab"`);
  }
  return delimiter;
}

function encodingOf(label: string): string {
  try {
    checkEncoding(label);
    return label;
  } catch {
    throw new UsageError(`--encoding ${JSON.stringify(label)} is not known: utf-8, latin1, windows-1252, utf-16le …`);
  }
}

/** What the subscriber is set to holds for files, too. */
function readEnvironment(): Pick<ImportOptions, 'futureToleranceMs' | 'rulesOf'> {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const tolerance = { default: DEFAULT_FUTURE_TOLERANCE_MS, min: 0, max: 86_400_000 };
  const futureToleranceMs = env.integer('FUTURE_TOLERANCE_MS', tolerance);
  const rulesOf = messageRules(env, {
    MESSAGE_MAP: env.optionalText('MESSAGE_MAP'),
    SIGNED_PRICES: env.optionalText('SIGNED_PRICES'),
  });
  env.finish();
  return { futureToleranceMs, rulesOf };
}

async function dryRun(options: ImportOptions): Promise<number> {
  return withDatabaseIfAny(async (store, unasked) => {
    const report = await importFile(dryStore(store), options);
    process.stdout.write(printable(dryText(options.path, report, unasked)));
    return report.rejected > 0 ? 3 : 0;
  });
}

async function runImport(store: CommandParts['store'], options: ImportOptions): Promise<number> {
  const progress = new Progress();
  const started = performance.now();
  const report = await importFile(store, { ...options, onStep: (step) => progress.show(stepLine(step, started)) });
  progress.end(stepLine(report, started));
  process.stdout.write(printable(reportText(options.path, report)));
  return report.rejected > 0 ? 3 : 0;
}

async function list({ store }: CommandParts): Promise<number> {
  process.stdout.write(printable(listText(await store.imports())));
  return 0;
}

/** @param name of the import, or the path that its file had; a zip is taken back with all its files */
async function takeBack({ store }: CommandParts, name: string): Promise<number> {
  const names = (await store.imports()).map(({ source }) => source);
  const called = names.includes(name) ? name : basename(name);
  const meant = names.includes(called) ? [called] : names.filter((one) => one.startsWith(`${called}/`));
  if (meant.length === 0) {
    const near = nearNames(name, names);
    const hint = near.length === 0 ? '--list shows those there are' : `there is ${near.join(', ')}`;
    throw new FileError(`there is no import named ${JSON.stringify(name)}; ${hint}`);
  }
  const progress = new Progress();
  for (const one of meant) {
    const { holes, more } = await store.closedHoles(await store.importCoverage(one), one);
    const { deleted, missing } = await store.undoImport(one, (sofar) =>
      progress.show(`${thousands(sofar.deleted)} ticks deleted`),
    );
    const gone = missing === 0 ? '' : `; ${thousands(missing)} were gone already (retention, or deleted by hand)`;
    process.stdout.write(
      `import "${one}" is taken back: ${deleted} ticks deleted${gone}${openAgain(holes.length + more)}\n`,
    );
  }
  return 0;
}

function openAgain(holes: number): string {
  if (holes === 0) return '';
  return holes === 1
    ? '; a hole that it filled is open again'
    : `; ${thousands(holes)} holes that it filled are open again`;
}
