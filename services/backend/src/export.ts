import { type EpochMicros, isColumnFormat, nearestOf, TIME_FORMS } from '@tickwatch/core';
import { printable, readArguments } from '@tickwatch/runtime';
import { completenessLines } from './cli/completeness-text.ts';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { wrapped } from './cli/wrapped.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportOptions, exportFile } from './files/export-file.ts';
import { type MomentSpan, momentSpan } from './http/moment.ts';

const USAGE = `npm run export -- FILE [--stock NAME]... [--exchange NAME] [--from TIME] [--to TIME] [--format FORMAT]
                      [--decimals number|string] [--csv-safe]

Writes ticks, stock after stock and each by time. FILE ends with .csv, .ndjson or .gz of either, .parquet or .arrow, or is
- for stdout (csv, unless --format says another). npm run import reads all of them but .arrow. Both times are inclusive.
The file appears when it is whole. Says on stderr whether it has all that was published, and if not, what is missing.

A Parquet or Arrow file has prices as exact decimals of one scale (220.4 is 220.40 where another has two decimals), or with
--decimals string as texts with the digits as they were written.

For a spreadsheet take --csv-safe: a name that begins with =, +, -, @, a tab or a carriage return gets an apostrophe before
it, so that it is shown and not run. Such a file is not for npm run import, which would take the apostrophe as part of the name.

${wrapped(`A time is ${TIME_FORMS}.`)}

Exit codes: 0 written; 1 it failed, or there is no such stock or exchange; 2 the options can't be understood.`;

const OPTIONS = {
  stock: { type: 'string', multiple: true },
  exchange: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  format: { type: 'string' },
  decimals: { type: 'string' },
  'csv-safe': { type: 'boolean' },
} as const;

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { positionals, values } = readArguments({ allowPositionals: true, options: OPTIONS });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('one file is needed');
  const gzip = path.endsWith('.gz');
  const format = values.format === undefined ? formatOfPath(path.replace(/\.gz$/, '')) : formatNamed(values.format);
  if (gzip && isColumnFormat(format)) throw new UsageError(`a ${format} file is not packed again: leave .gz out`);
  const csvSafe = values['csv-safe'] ?? false;
  if (csvSafe && format !== 'csv') throw new UsageError(`--csv-safe is for csv, and the file is ${format}`);
  const options = {
    path,
    format,
    gzip,
    decimals: decimalsOf(values.decimals, format),
    csvSafe,
    stocks: values.stock === undefined ? undefined : [...new Set(values.stock)],
    exchange: values.exchange,
    ...bounds(values.from, values.to),
  };
  return (parts) => run(parts, options);
}

async function run({ reader }: CommandParts, options: ExportOptions): Promise<number> {
  const progress = new Progress();
  const done = await exportFile(reader, {
    ...options,
    onStep: ({ stock, rows, stocksDone, stocks }) =>
      progress.show(`${bar(stocksDone, stocks)} ${stock} ${thousands(rows)} ticks`),
  });
  progress.end(`${thousands(done.rows)} ticks of ${done.stocks} stocks written`);
  // Beside the ticks, which may go to stdout; names of exchanges may be anybody's.
  for (const line of completenessLines(done.missing, done.stocks))
    process.stderr.write(`${printable(line.replaceAll('\n', ' '))}\n`);
  return 0;
}

function formatOfPath(path: string): ExportFormat {
  const ending = path === '-' ? 'csv' : (/\.([a-z]+)$/.exec(path)?.[1] ?? '');
  const format = formatOf(ending);
  if (format !== undefined) return format;
  throw new UsageError(`the file has to end with ${ENDINGS} (or say --format)`);
}

function formatNamed(name: string): ExportFormat {
  const format = formatOf(name);
  if (format !== undefined) return format;
  const nearest = nearestOf(name, EXPORT_FORMATS);
  const hint = nearest === undefined ? '' : `; ${nearest} is meant?`;
  throw new UsageError(`--format ${JSON.stringify(name)} is none of ${EXPORT_FORMATS.join(', ')}${hint}`);
}

const ENDINGS = EXPORT_FORMATS.map((format) => `.${format}`).join(', ');
const OTHER_NAMES: Readonly<Record<string, ExportFormat>> = {
  jsonl: 'ndjson',
  pq: 'parquet',
  feather: 'arrow',
  ipc: 'arrow',
};

function formatOf(name: string): ExportFormat | undefined {
  return EXPORT_FORMATS.find((format) => format === name) ?? OTHER_NAMES[name];
}

function decimalsOf(text: string | undefined, format: ExportFormat): 'number' | 'string' | undefined {
  if (text === undefined) return undefined;
  if (text !== 'number' && text !== 'string') {
    throw new UsageError(`--decimals ${JSON.stringify(text)} is neither number nor string`);
  }
  if (!isColumnFormat(format))
    throw new UsageError('--decimals is for parquet and arrow: a text has all digits anyway');
  return text;
}

function bounds(from: string | undefined, to: string | undefined): { start?: EpochMicros; end?: EpochMicros } {
  const [start, end] = [spanOf('from', from)?.first, spanOf('to', to)?.last];
  if (start !== undefined && end !== undefined && start > end) throw new UsageError('--from lies behind --to');
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

function spanOf(name: string, text: string | undefined): MomentSpan | undefined {
  if (text === undefined) return undefined;
  const span = momentSpan(text, undefined);
  if (typeof span === 'object') return span;
  throw new UsageError(`--${name} ${JSON.stringify(text)} is no time: give ${TIME_FORMS}`);
}

await runCommand({
  usage: USAGE,
  readsNodes: true,
  examples: [
    'npm run export -- prices.parquet --stock AAPL --from 2026-11-01',
    'npm run --silent export -- - --exchange NYSE --format ndjson | gzip > nyse.ndjson.gz',
  ],
  prepare,
});
