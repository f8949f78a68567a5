import { parseArgs } from 'node:util';
import { type EpochMicros, MICROS_PER_DAY, parseTime, TIME_FORMS } from '@tickwatch/core';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { wrapped } from './cli/wrapped.ts';
import { type ExportOptions, exportFile } from './files/export-file.ts';

const USAGE = `npm run export -- FILE [--stock NAME]... [--exchange NAME] [--from TIME] [--to TIME] [--format csv|ndjson]

Writes ticks, stock after stock and each by time, in a form that npm run import reads. FILE ends with .csv, .ndjson or
.gz of either, or is - for stdout. Both times are inclusive. The file appears when it is whole.

${wrapped(`A time is ${TIME_FORMS}.`)}

Exit codes: 0 written; 1 it failed, or there is no such stock or exchange; 2 the options can't be understood.`;

const OPTIONS = {
  stock: { type: 'string', multiple: true },
  exchange: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  format: { type: 'string' },
} as const;

async function prepare(): Promise<(parts: CommandParts) => Promise<number>> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('one file is needed');
  const options = {
    path,
    format: formatOf(values.format ?? path.replace(/\.gz$/, '')),
    gzip: path.endsWith('.gz'),
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
  return 0;
}

function formatOf(text: string): 'csv' | 'ndjson' {
  if (text === '-' || /csv$/.test(text)) return 'csv';
  if (/(?:ndjson|jsonl)$/.test(text)) return 'ndjson';
  throw new UsageError('the file has to end with .csv or .ndjson (or say --format)');
}

function bounds(from: string | undefined, to: string | undefined): { start?: EpochMicros; end?: EpochMicros } {
  const [start, end] = [moment('from', from), moment('to', to)];
  if (start !== undefined && end !== undefined && start > end) throw new UsageError('--from lies behind --to');
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

/** Of `--to` a date is its whole day. */
function moment(name: string, text: string | undefined): EpochMicros | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) throw new UsageError(`--${name} ${JSON.stringify(text)} is no time: give ${TIME_FORMS}`);
  const isDay = name === 'to' && DATE.test(text.trim());
  return isDay ? ((time + MICROS_PER_DAY - 1) as EpochMicros) : time;
}

const DATE = /^(?:\d{8}|\d{4}([-/.])\d{1,2}\1\d{1,2})$/;

await runCommand({ usage: USAGE, prepare });
