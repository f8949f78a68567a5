import { parseArgs } from 'node:util';
import { type EpochMicros, TIME_FORMS } from '@tickwatch/core';
import { completenessLines } from './cli/completeness-text.ts';
import { printable } from './cli/printable.ts';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { wrapped } from './cli/wrapped.ts';
import { type ExportOptions, exportFile } from './files/export-file.ts';
import { type MomentSpan, momentSpan } from './http/moment.ts';

const USAGE = `npm run export -- FILE [--stock NAME]... [--exchange NAME] [--from TIME] [--to TIME] [--format csv|ndjson]

Writes ticks, stock after stock and each by time, in a form that npm run import reads. FILE ends with .csv, .ndjson or
.gz of either, or is - for stdout. Both times are inclusive. The file appears when it is whole.
Says on stderr whether it has all that was published, and if not, what is missing.

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
  // Beside the ticks, which may go to stdout; names of exchanges may be anybody's.
  for (const line of completenessLines(done.missing, done.stocks))
    process.stderr.write(`${printable(line.replaceAll('\n', ' '))}\n`);
  return 0;
}

function formatOf(text: string): 'csv' | 'ndjson' {
  if (text === '-' || /csv$/.test(text)) return 'csv';
  if (/(?:ndjson|jsonl)$/.test(text)) return 'ndjson';
  throw new UsageError('the file has to end with .csv or .ndjson (or say --format)');
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

await runCommand({ usage: USAGE, prepare });
