/**
 * A publisher as fast as asked, as a process of its own: paced PUBLISH commands, pipelined over one bare connection
 * (a Redis client's promise per command would cost more than the rest of the system).
 * Arguments: port, ticks per second, seconds, stocks. Prints one JSON line: { published, unheard, seconds, cpuSeconds }.
 */
import { connect, type Socket } from 'node:net';
import { nowMicros } from '@tickwatch/core';
import { usedSeconds } from './used-seconds.ts';

const EXCHANGES = ['NASDAQ', 'NYSE'];
const STEP_MS = 5;

const [port = 0, rate = 0, seconds = 0, stocks = 6] = process.argv.slice(2).map(Number);

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

function commands(from: number, count: number): string {
  const time = nowMicros();
  let text = '';
  for (let i = from; i < from + count; i++) {
    const stock = `S${i % stocks}`;
    const price = `${100 + (i % 97)}.${10 + (i % 90)}`;
    const micros = time + (i - from);
    const stamp = `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
    const message = `${stock}:(${price}, ${stamp})`;
    const channel = EXCHANGES[(i % stocks) % 2] ?? '';
    text += `*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${message.length}\r\n${message}\r\n`;
  }
  return text;
}

const socket = connect({ port, host: '127.0.0.1', noDelay: true });
const replies: Replies = { published: 0, unheard: 0 };
countReplies(socket, replies);
const started = performance.now();
let sent = 0;

async function drained(): Promise<void> {
  await new Promise<void>((resolve) => socket.once('drain', resolve));
}

while (performance.now() - started < seconds * 1000) {
  const due = Math.floor(((performance.now() - started) / 1000) * rate);
  // After a pause of the machine the pace is caught up in portions, not in one burst.
  const count = Math.min(due - sent, Math.ceil(rate / 20));
  if (count > 0) {
    const text = commands(sent, count);
    sent += count;
    if (!socket.write(text, 'latin1')) await drained();
  }
  await new Promise((resolve) => setTimeout(resolve, STEP_MS));
}
const took = (performance.now() - started) / 1000;
while (replies.published < sent) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
console.log(JSON.stringify({ ...replies, seconds: took, cpuSeconds: usedSeconds() }));
socket.destroy();
