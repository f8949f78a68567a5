/**
 * A publisher as fast as asked, as a process of its own: paced PUBLISH commands, pipelined over one bare connection
 * (a Redis client's promise per command would cost more than the rest of the system).
 * Arguments: port, ticks per second, seconds, stocks, ticks a message (0: one, of prices that walk).
 * Prints one JSON line, counts in ticks: { published, unheard, seconds, cpuSeconds }.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { lineMessages, singleTicks } from './publish-commands.ts';
import { usedSeconds } from './used-seconds.ts';
import { walkingTicks } from './walk.ts';

const STEP_MS = 5;

const [port = 0, rate = 0, seconds = 0, stocks = 6, form = 1] = process.argv.slice(2).map(Number);
const ticksPerMessage = Math.max(1, form);

interface Replies {
  published: number;
  unheard: number;
}

/** Counts the replies `:<receivers>\r\n`; only the digit behind the colon matters: 0 is nobody. */
function countReplies(socket: Socket, replies: Replies): void {
  let colonBefore = false;
  socket.on('data', (chunk: Buffer) => {
    for (const byte of chunk) {
      if (colonBefore && byte === 48) replies.unheard++;
      colonBefore = byte === 58;
      if (colonBefore) replies.published++;
    }
  });
}

const single = form === 0 ? walkingTicks : singleTicks;
const commands = ticksPerMessage === 1 ? single(stocks) : lineMessages(stocks, ticksPerMessage, rate);
const messageRate = rate / ticksPerMessage;
const socket = connect({ port, host: '127.0.0.1', noDelay: true });
const replies: Replies = { published: 0, unheard: 0 };
countReplies(socket, replies);
const prepared = usedSeconds();
const started = performance.now();
let sent = 0;

while (performance.now() - started < seconds * 1000) {
  const due = Math.floor(((performance.now() - started) / 1000) * messageRate);
  // After a pause of the machine the pace is caught up in portions, not in one burst.
  const count = Math.min(due - sent, Math.ceil(messageRate / 20));
  if (count > 0) {
    const data = commands(sent, count);
    sent += count;
    if (!socket.write(data, 'latin1')) await once(socket, 'drain');
  }
  await wait(STEP_MS);
}
const took = (performance.now() - started) / 1000;
while (replies.published < sent) await wait(STEP_MS);
console.log(
  JSON.stringify({
    published: replies.published * ticksPerMessage,
    unheard: replies.unheard * ticksPerMessage,
    seconds: took,
    cpuSeconds: usedSeconds() - prepared,
  }),
);
socket.destroy();
