import { parseArgs } from 'node:util';
import type { EpochMicros } from '@tickwatch/core';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { exportFile } from './files/export-file.ts';
import { readBounds } from './http/moment.ts';

const USAGE = `npm run export -- FILE [--stock NAME]... [--exchange NAME] [--from TIME] [--to TIME] [--format csv|ndjson]

Writes ticks, stock after stock and each by time, in a form that npm run import reads. FILE ends with .csv, .ndjson or
.gz of either, or is - for stdout. Both times are inclusive.`;

async function run({ reader }: CommandParts): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      stock: { type: 'string', multiple: true },
      exchange: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      format: { type: 'string' },
    },
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('one file is needed');
  const progress = new Progress();
  const done = await exportFile(reader, {
    path,
    format: formatOf(values.format ?? path.replace(/\.gz$/, '')),
    gzip: path.endsWith('.gz'),
    stocks: values.stock,
    exchange: values.exchange,
    ...bounds(values.from, values.to),
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
  try {
    const { start, end } = readBounds({ start_time: from, end_time: to });
    return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  } catch (error) {
    throw new UsageError(String(error instanceof Error ? error.message : error));
  }
}

await runCommand(USAGE, run);
