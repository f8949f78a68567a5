/**
 * `fill-spool.ts FOLDER FIRST`: appends numbered messages as fast as the spool takes them and writes the number of the
 * last one that is safe, until it is killed.
 */
import { writeSync } from 'node:fs';
import { append, NASDAQ, openSpool } from './spool-kit.ts';

const [, , folder = '', first = '0'] = process.argv;
const spool = await openSpool(folder);
for (let next = Number(first); ; ) {
  const count = 1 + Math.floor(Math.random() * 20);
  await append(spool, NASDAQ, ...Array.from({ length: count }, (_, i) => `AAPL:${next + i}`));
  next += count;
  try {
    // Straight to the pipe, so that nothing is in this process's memory when it is killed.
    writeSync(1, `${next - 1}\n`);
  } catch {
    // The pipe is full; the next number says more anyway.
  }
}
