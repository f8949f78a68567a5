import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bar, Progress, thousands } from './cli/progress.ts';
import { type CommandParts, runCommand, UsageError } from './cli/run-command.ts';
import { type ImportReport, type ImportStep, importFile } from './files/import-file.ts';

const USAGE = `npm run import -- FILE [--name NAME]

Stores the ticks of a file: CSV with the header timestamp,stock_name,exchange_name,price, or NDJSON with those members,
either gzipped or not. FILE may be - for stdin. A run that was cut continues where it was when it is started again, and
a file that is stored already is not stored twice.
  --name NAME  names the source; stdin needs one to be continued (default: a digest of the file)`;

async function run({ store }: CommandParts): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { name: { type: 'string' } } });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('one file is needed');
  if (path !== '-' && !existsSync(path)) throw new UsageError(`there is no file ${path}`);
  const progress = new Progress();
  const started = performance.now();
  const report = await importFile(store, {
    path,
    source: values.name,
    onStep: (step) => progress.show(stepLine(step, started)),
  });
  progress.end(stepLine(report, started));
  process.stdout.write(reportText(path, report));
  return report.rejected > 0 ? 3 : 0;
}

function stepLine({ bytes, totalBytes, stored, rejected }: ImportStep, started: number): string {
  const rate = thousands((stored / (performance.now() - started)) * 1000);
  const share = totalBytes === undefined ? '' : `${bar(bytes, totalBytes)} `;
  return `${share}${thousands(stored)} ticks stored, ${thousands(rejected)} rejected, ${rate}/s`;
}

function reportText(path: string, report: ImportReport): string {
  if (report.knownBefore) return `${path} was imported before; nothing was stored again\n`;
  const lines = [`${path}: ${report.lines} lines, ${report.stored} ticks stored, ${report.rejected} lines rejected`];
  if (report.skipped > 0) lines.push(`  ${report.skipped} lines were stored by an earlier run`);
  for (const [reason, count] of report.reasons) lines.push(`  ${reason}: ${count}`);
  for (const { line, detail } of report.examples) lines.push(`  line ${line}: ${detail}`);
  return `${lines.join('\n')}\n`;
}

await runCommand(USAGE, run);
