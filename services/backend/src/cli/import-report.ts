import { formatMicros, TIME_FORMS } from '@tickwatch/core';
import type { ListedImport } from '@tickwatch/store';
import type { ImportReport, ImportStep } from '../files/import-types.ts';
import { coverageLines } from './coverage-text.ts';
import { bar, thousands } from './progress.ts';
import { table } from './table.ts';

const SHOWN_TICKS = 10;

export function stepLine({ bytes, totalBytes, stored, rejected }: ImportStep, started: number): string {
  const rate = thousands((stored / (performance.now() - started)) * 1000);
  const share = totalBytes === undefined ? '' : `${bar(bytes, totalBytes)} `;
  return `${share}${thousands(stored)} ticks stored, ${thousands(rejected)} rejected, ${rate}/s`;
}

/** What an import came to, for a person. */
export function reportText(path: string, report: ImportReport): string {
  const names = [...new Set(report.texts.map(({ source }) => `"${source}"`))];
  const as = names.length === 0 ? '' : ` as import ${names.join(', ')}`;
  if (report.knownBefore) {
    const covered = coverageLines(report.texts);
    return `${[`${path} was imported before${as}; nothing was stored again`, ...covered].join('\n')}\n`;
  }
  const lines = [
    `${path}: ${report.lines} lines, ${report.stored} ticks stored, ${report.rejected} lines rejected${as}`,
  ];
  if (report.skipped > 0) lines.push(`  ${report.skipped} lines were stored by an earlier run`);
  lines.push(...assumedLines(report), ...rejectedLines(report), ...coverageLines(report.texts));
  if (report.stored === 0) lines.push('  --dry-run shows how the file is understood, --help how to say what it holds');
  for (const { file, endsOpen, lines: count } of report.texts) {
    if (!endsOpen) continue;
    const again = 'should the file have been cut there, import it again when it is whole: that line is then replaced';
    lines.push(`  ${file}: line ${count} has no line end; ${again}`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What a dry run found.
 * @param unasked why it is not known which holes it would close
 */
export function dryText(path: string, report: ImportReport, unasked?: string): string {
  const seen = report.texts.flatMap((text) => [
    ...(report.texts.length > 1 ? [`${text.file}:`] : []),
    ...text.seen.map((one) => `  ${one}`),
  ]);
  const ticks = report.texts.flatMap(({ ticks }) => ticks).slice(0, SHOWN_TICKS);
  const rows = ticks.map(({ stock, exchange, price, time }) => [stock, exchange, price, formatMicros(time)]);
  const lines = [
    `${path}: a dry run, nothing is stored`,
    ...seen,
    ...(rows.length === 0
      ? []
      : [table([['stock_name', 'exchange_name', 'price', 'timestamp (UTC)'], ...rows]).trimEnd()]),
    `${report.lines} lines: ${report.stored} ticks, ${report.rejected} lines would be rejected`,
    ...rejectedLines(report),
    ...coverageLines(report.texts, true),
    ...(unasked === undefined ? [] : [`  which holes it would close is not known: ${unasked}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What was taken for granted; where nothing could be stored, all that was seen. */
function assumedLines({ texts, stored }: ImportReport): readonly string[] {
  const isTold = (one: string): boolean => stored === 0 || one.startsWith('assumed: ');
  return [...new Set(texts.flatMap(({ seen }) => seen.filter(isTold)))].map((one) => `  ${one}`);
}

function rejectedLines({ reasons, examples, texts }: ImportReport): readonly string[] {
  const lines = [...reasons].map(([reason, count]) => `  ${reason}: ${count}`);
  for (const { file, line, detail, text } of examples) {
    const where = texts.length > 1 ? `${file}, line` : 'line';
    lines.push(`  ${where} ${line}: ${detail}: ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`);
  }
  if (reasons.has('bad_time')) lines.push(`  a time is ${TIME_FORMS}; --time-zone says what one without a zone is in`);
  if (examples.some(({ detail }) => /the price "[\d.]+,\d+"/.test(detail)))
    lines.push('  are these decimal commas? --decimal ,');
  return lines;
}

export function listText(imports: readonly ListedImport[]): string {
  if (imports.length === 0) return 'there are no imports\n';
  const headings = ['name', 'begun', 'lines', 'ticks', 'rejected', 'state'];
  const rows = imports.map(({ source, started, rows: count, stored, rejected, finished, canBeUndone }) => [
    source,
    `${formatMicros(started).slice(0, 19)}Z`,
    thousands(count),
    thousands(stored),
    thousands(rejected),
    `${finished ? 'finished' : 'not finished'}${canBeUndone ? '' : ', of a version that can’t take it back'}`,
  ]);
  return table([headings, ...rows]);
}
