import { type EpochMicros, formatMicros } from '@tickwatch/core';
import type { ExportHole, ExportHoles } from '../files/export-holes.ts';
import { thousands } from './progress.ts';

const SHOWN = 10;

/** Whether an export has all that was published, for a person; in a few lines, however much is missing. */
export function completenessLines(missing: ExportHoles, stocks: number): readonly string[] {
  if (missing.stocks === 0) return ['complete: nothing that was published in this time is missing, as far as is known'];
  const all = missing.holes;
  const more = all.length - SHOWN;
  return [
    `NOT complete: of ${thousands(missing.stocks)} of ${thousands(stocks)} stocks something is, or may be, missing:`,
    ...all.slice(0, SHOWN).map((hole) => `  ${holeText(hole, stocks)}`),
    ...(more > 0 ? [`  and ${thousands(more)}${missing.hasMore ? ' or more' : ''} holes more`] : []),
    'GET /api/gaps lists holes, GET /api/coverage what nobody listened to; a file that has it fills them: npm run import',
  ];
}

function holeText(hole: ExportHole, stocks: number): string {
  const { exchange, from, until, reason, messages } = hole;
  const time = (micros: number) => (Number.isFinite(micros) ? formatMicros(micros as EpochMicros) : '…');
  const where = exchange === undefined ? '' : `${exchange} `;
  const count = messages === undefined ? '' : `, ${thousands(messages)} messages`;
  const whose = stocks > 1 && hole.stocks < stocks ? `, ${thousands(hole.stocks)} stocks` : '';
  return `${where}${time(from)} to ${time(until - 1)}: ${reason.replaceAll('_', ' ')}${count}${whose}`;
}
