import { cp, rm } from 'node:fs/promises';
import { createFeed, DEFAULT_SPOOL, InProcessBus, MAX_ENTRY_MESSAGES } from '@tickwatch/feed';
import { EXCHANGES } from './numbered-ticks.ts';

const NUMBER = /^S\d+:\((\d+),/;

/** The numbers of all ticks that the spool of a dead subscriber holds. Reads a copy and leaves the spool alone. */
export async function numbersInSpool(spool: string): Promise<ReadonlySet<number>> {
  const folder = `${spool}-copy`;
  await cp(spool, folder, { recursive: true, filter: (source) => !source.includes('lock') });
  const lanes = new Map(EXCHANGES.map((exchange) => [exchange, 1]));
  const config = { kind: 'in-process', lanes, bus: new InProcessBus() } as const;
  const { source, log } = await createFeed({ ...config, spool: { ...DEFAULT_SPOOL, folder } }, (event) => {
    throw new Error(`the spool is damaged: ${JSON.stringify(event)}`);
  });
  const numbers = new Set<number>();
  try {
    for (const lane of await log.lanes()) {
      let after = log.start;
      for (let entry = await log.read(lane, after, MAX_ENTRY_MESSAGES); entry !== undefined; ) {
        for (const { payload } of entry.messages) {
          const number = NUMBER.exec(Buffer.from(payload).toString())?.[1];
          if (number !== undefined) numbers.add(Number(number));
        }
        after = entry.position;
        entry = await log.read(lane, after, MAX_ENTRY_MESSAGES);
      }
    }
  } finally {
    await source[Symbol.asyncDispose]();
    await log[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
  return numbers;
}
