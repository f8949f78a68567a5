import type { Ledger } from '@tickwatch/core';
import { countText, fixedText } from '../format/number-text.ts';

/** Something that the ledger shows and a person should know or do. */
export interface Advice {
  readonly title: string;
  readonly text: string;
}

/** @param timeText writes a time of the ledger */
export function ledgerAdvice(ledger: Ledger, timeText: (time: string) => string): readonly Advice[] {
  const { lost, refused } = ledger.total;
  return [
    ...subscribersAdvice(ledger),
    ...feedAdvice(ledger),
    ...(lost > 0 ? [lostAdvice(lost)] : []),
    ...(refused > 0 ? [refusedAdvice(refused)] : []),
    ...clockAdvice(ledger, timeText),
  ];
}

function subscribersAdvice({ subscribers }: Ledger): readonly Advice[] {
  if (subscribers === undefined || subscribers.answered === subscribers.asked) return [];
  const away = subscribers.asked - subscribers.answered;
  return [
    {
      title: `${away} of ${subscribers.asked} subscribers ${away === 1 ? 'does' : 'do'} not answer.`,
      text: 'The others take its lanes over; its figures are missing here. See that it runs and that SUBSCRIBER_URL leads to it.',
    },
  ];
}

function feedAdvice({ feed }: Ledger): readonly Advice[] {
  return Object.entries(feed.lanes).map(([lane, { error, state }]) => ({
    title: `${lane} brings no prices: ${error ?? state}.`,
    text: 'The others go on, and this one is tried again by itself. See what its channel or stream in Redis is, and that the user may read it.',
  }));
}

function lostAdvice(lost: number): Advice {
  return {
    title: `${ticks(lost)} ${lost === 1 ? 'is' : 'are'} lost, and it is known.`,
    text: 'A database that was restored went back further than the log remembers, or the log was damaged or overtaken. The subscriber’s log says which; what another source still has can be imported.',
  };
}

function refusedAdvice(refused: number): Advice {
  return {
    title: `${ticks(refused)} found no room.`,
    text: 'The log and the memory were full: they were shown live but not stored. Bring the database back, free disk space in DATA_DIR, or raise SPOOL_MAX_BYTES.',
  };
}

function clockAdvice({ clock }: Ledger, timeText: (time: string) => string): readonly Advice[] {
  const { last_step_seconds: seconds, last_step_at: at } = clock;
  if (seconds === null || at === null) return [];
  const size = Math.abs(seconds) < 10 ? fixedText(Math.abs(seconds), 1) : countText(Math.round(Math.abs(seconds)));
  return [
    {
      title: `The clock was set ${seconds < 0 ? 'back' : 'on'} by ${size} s at ${timeText(at)}.`,
      text: 'Ticks without a time of their own have the time of that clock. See that the machine keeps its time (NTP).',
    },
  ];
}

function ticks(count: number): string {
  return count === 1 ? '1 tick' : `${countText(count)} ticks`;
}
