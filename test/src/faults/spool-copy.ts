import { cp, rm } from 'node:fs/promises';
import { createTickFeed, DEFAULT_SPOOL, InProcessBus } from '@tickwatch/feed';
import { EXCHANGES } from './numbered-ticks.ts';

const NUMBER = /^S\d+:\((\d+),/;

/** The numbers of all ticks that the spool of a dead subscriber holds. Reads a copy and leaves the spool alone. */
export async function numbersInSpool(spool: string): Promise<ReadonlySet<number>> {
  const folder = `${spool}-copy`;
  await cp(spool, folder, { recursive: true, filter: (source) => !source.includes('lock') });
  const config = { kind: 'in-process', exchanges: EXCHANGES, bus: new InProcessBus() } as const;
  const feed = await createTickFeed({ ...config, spool: { ...DEFAULT_SPOOL, folder } }, (event) => {
    throw new Error(`the spool is damaged: ${JSON.stringify(event)}`);
  });
  const numbers = new Set<number>();
  try {
    for (const exchange of EXCHANGES) {
      for (const batch of await feed.replay(exchange, '0', Number.POSITIVE_INFINITY)) {
        for (const { payload } of batch.messages) {
          const number = NUMBER.exec(Buffer.from(payload).toString())?.[1];
          if (number !== undefined) numbers.add(Number(number));
        }
      }
    }
  } finally {
    await feed[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
  return numbers;
}
